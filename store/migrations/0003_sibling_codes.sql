-- Codes that are not written as they would be in capitals without spaces, by what they would be then. Few lines are, so
-- the index costs an import next to nothing; codes that are written so are found by sale_line_item.
create index sale_line_sibling on sale_line (upper(btrim(item)), sold_at) where item <> upper(btrim(item));
