/** Addresses of the modeller extensions that are read. */

/** `zeebe:`: Camunda 8 modeller. */
export const ZEEBE = "http://camunda.org/schema/zeebe/1.0";
/** `camunda:`: Camunda 7 modeller. */
export const CAMUNDA = "http://camunda.org/schema/1.0/bpmn";
/** The older address of the same extensions. */
export const ACTIVITI = "http://activiti.org/bpmn";
