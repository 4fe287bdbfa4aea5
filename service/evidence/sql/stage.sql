CREATE TEMPORARY TABLE IF NOT EXISTS stage_event (
  row bigint, entity text, source text, source_ref text, sha256 bytea, decision_kind text, code text, severity text,
  decided_on date, latest date, final boolean, value bigint, occasion text, case_ref text, kinds text[],
  corrected_on date, performed_on date, publicity_ends_on date, attributes jsonb
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS stage_occasion (
  row bigint, entity text, source text, source_ref text, sha256 bytea, type text, held_on date, latest date,
  closed boolean, kinds text[], probability bigint
) ON COMMIT DELETE ROWS
