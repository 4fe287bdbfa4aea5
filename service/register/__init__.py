"""Master data: regulated entities, kinds, licences, regions, authorities."""
