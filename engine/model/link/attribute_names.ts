/** Names of all attributes that BPMN's own elements have (BPMN 2.0.2, the schemas BPMN20.xsd and Semantic.xsd). */

const NAMES = `
activityRef associationDirection attachedToRef behavior calledChoreographyRef calledCollaborationRef calledElement
cancelActivity cancelRemainingInstances capacity categoryValueRef completionQuantity correlationKeyRef
correlationPropertyRef dataObjectRef dataStoreRef default definition definitionalCollaborationRef direction errorCode
errorRef escalationCode escalationRef evaluatesToTypeRef eventGatewayType exporter exporterVersion expressionLanguage
gatewayDirection id implementation implementationRef importType initiatingParticipantRef innerConversationNodeRef
innerMessageFlowRef inputDataRef instantiate isClosed isCollection isExecutable isForCompensation isImmediate
isInterrupting isRequired isSequential isUnlimited itemKind itemRef itemSubjectRef language location loopMaximum
loopType maximum messageRef method minimum mustUnderstand name namespace noneBehaviorEventRef oneBehaviorEventRef
operationRef ordering outerConversationNodeRef outerMessageFlowRef outputDataRef parallelMultiple parameterRef
partitionElementRef processRef processType protocol scriptFormat scriptLanguage signalRef sourceRef startQuantity structureRef
targetNamespace targetRef testBefore textFormat triggeredByEvent type typeLanguage value waitForCompletion
`;

/** Every attribute name, whatever element has it. Attributes of others have a namespace. */
export const ATTRIBUTE_NAMES: ReadonlySet<string> = new Set(NAMES.trim().split(/\s+/));
