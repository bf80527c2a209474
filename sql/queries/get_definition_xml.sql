-- get_definition_xml.sql: the file of a definition.
-- Used by   PostgresStore.getDefinitionXml
-- Params    $1 id
-- Returns   one row or none
-- Locking   none
-- Index     definitions_pkey, resources_pkey
select r.xml
from baton.definitions d join baton.resources r on r.tenant = d.tenant and r.hash = d.hash
where d.id = $1::bigint
