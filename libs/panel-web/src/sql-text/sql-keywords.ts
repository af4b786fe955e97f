/** Words that are drawn as such, of the dialects that are common. */
const WORDS = `add all alter and any array as asc begin between by cascade case cast check collate column
  commit conflict constraint create cross current_date current_timestamp database default delete desc
  distinct do drop duplicate else end escape except exists explain false fetch filter first for foreign
  from full function group having if ignore ilike in index inner insert intersect interval into is join
  key lateral left like limit lock locked materialized merge natural next not nothing null nulls of offset
  on only or order outer over partition primary procedure recursive references regexp rename replace
  returning right rollback row rows savepoint select set share similar skip some start table temporary
  then ties to top transaction trigger true truncate union unique update using values view when where
  window with within`;

const KEYWORDS: ReadonlySet<string> = new Set(WORDS.split(/\s+/));

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toLowerCase());
}
