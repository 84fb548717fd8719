-- Whom a change of a stored plan would make, by HRIS id: what other changes call their line manager by.
ALTER TABLE plan_item ADD COLUMN newcomer {text};
CREATE INDEX plan_item_newcomer ON plan_item (org_id, run_id, newcomer) WHERE newcomer IS NOT NULL;
-- Changes are kept in another form from now on. A plan that was held is made anew by the next sync.
DELETE FROM plan_item WHERE kind = 'change';
