# settings.mk -- what is particular about this shop.

# What happened: one file or more; and what its columns are.
LOG         = events.csv.gz
COLUMNS     = --user user_id --item item_id --event event --time timestamp
WEIGHTS     = view=1,cart=3,purchase=5

# Numbers of a user or item, items of a list, releases that are kept.
FACTORS     = 64
TOP         = 20
KEEP        = 14

# Gates: no release without them.  The last two compare with the release
# before.
MIN_ROWS    = 100000
MAX_REJECTS = 2%
REQUIRE     = ndcg@10>=0.05
MAX_DRIFT   = 0.25
MAX_DROP    = 10%
