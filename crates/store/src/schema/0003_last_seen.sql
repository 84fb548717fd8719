-- Each employee as the last stored sync saw them. Written only where something changed.
CREATE TABLE last_seen (
  org_id {text} NOT NULL,
  hris_id {text} NOT NULL,
  -- A hash over all that was told: one glance tells whether it is still the same.
  fingerprint {int} NOT NULL,
  -- The first run whose answer no longer had them; null while it has.
  gone_seq {int},
  record {text} NOT NULL,
  PRIMARY KEY (org_id, hris_id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
-- What every sync reads, without the records.
CREATE INDEX last_seen_glance ON last_seen (org_id, hris_id, fingerprint, gone_seq);

-- Who was erased: keyed hashes of what an HRIS could bring them back by, and nothing else.
CREATE TABLE tombstone (
  org_id {text} NOT NULL,
  kind {text} NOT NULL,
  hash {text} NOT NULL,
  -- Tombstones of one person go together when an admin allows them again.
  erasure_id {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, kind, hash),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

-- The key of those hashes, sealed with the master key: so it outlives a change of that key.
ALTER TABLE organisation ADD COLUMN tombstone_key_sealed {text};
