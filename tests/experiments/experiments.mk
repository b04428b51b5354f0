# experiments.mk -- a table of models and data sets: data, split, model, lists,
# metrics.  A Makefile names them and includes this file; srs-experiments(7)
# explains it:
#
#	DATASETS     = shop
#	data.shop    = clean.tsv.gz
#	MODELS       = popular ease
#	model.popular = srs-knn-train --method popular
#	model.ease   = srs-knn-train --method ease
#	FUSIONS      = both
#	fusion.both  = --method lambdamart
#	include experiments.mk
#
# `make -j2 table` prints the table.  Made again is what depends on a file or on
# a command that changed.

OUT     ?= out
SPLIT   ?= --method leave-last
TOP     ?= 100
METRICS ?= ndcg@10,recall@20

# What a command may name: the parts of the data set that it is run for.
TRAIN    = $(@D)/train.tsv.gz
VALID    = $(@D)/valid.tsv.gz
TEST     = $(@D)/test.tsv.gz

# said KIND: what is said of the target, a model or a fusion: KIND.NAME.DATASET
# or KIND.NAME
said = $(or $($(1).$(*F).$(notdir $(@D))),$($(1).$(*F)),$(error \
    $(1).$(*F) is not given))
split = $(or $(split.$(notdir $(@D))),$(SPLIT))
# in SUFFIX: files of the members of the target, a fusion
in = $(patsubst %,$(@D)/%.$(1),$(or $(members.$(*F)),$(MODELS)))

# remember TEXT: the target holds the command, and is new when the command is
define remember
@mkdir -p $(@D)
@printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || \
    printf '%s\n' '$(subst ','\'',$(1))' >$@
endef

table: $(OUT)/table.tsv
	@awk -F'\t' -v OFS='\t' 'NR == 1 { gsub(":[a-z]+", "") } \
	    NR > 1 { for (i = 3; i <= NF; i++) $$i = sprintf("%.4f", $$i) } \
	    { $$1 = $$1; print }' $< | column -t -s '	'

$(OUT)/table.tsv: $(DATASETS:%=$(OUT)/%/metrics.tsv)
	@awk 'NR == 1 { print "dataset:token\t" $$0 } FNR > 1 { d = FILENAME; \
	    sub("/metrics.tsv$$", "", d); sub(".*/", "", d); \
	    sub(".test.gz\t", "\t"); print d "\t" $$0 }' $^ >$@.tmp
	@mv $@.tmp $@

# The rules of one data set.
define dataset
$(OUT)/$(1)/split.cmd: FORCE
	$$(call remember,$$(split))

$(OUT)/$(1)/train.tsv.gz: $(or $(data.$(1)),$(error data.$(1) is not given)) \
    $(OUT)/$(1)/split.cmd
	srs-split -q $$(split) --train $$@ --valid $$(VALID) --test $$(TEST) $$<

$(OUT)/$(1)/valid.tsv.gz $(OUT)/$(1)/test.tsv.gz: $(OUT)/$(1)/train.tsv.gz ;

$(MODELS:%=$(OUT)/$(1)/%.cmd): $(OUT)/$(1)/%.cmd: FORCE
	$$(call remember,$$(call said,model))

$(MODELS:%=$(OUT)/$(1)/%.st): $(OUT)/$(1)/%.st: $(OUT)/$(1)/%.cmd \
    $(OUT)/$(1)/train.tsv.gz
	$$(call said,model) -q -o $$@ $$(TRAIN)

$(MODELS:%=$(OUT)/$(1)/%.valid.gz): $(OUT)/$(1)/%.valid.gz: $(OUT)/$(1)/%.st
	srs-topk -q -m $$< -i $$(TRAIN) -k $$(TOP) -o $$@

$(MODELS:%=$(OUT)/$(1)/%.test.gz): $(OUT)/$(1)/%.test.gz: $(OUT)/$(1)/%.st
	srs-topk -q -m $$< -i $$(TRAIN) -i $$(VALID) -k $$(TOP) -o $$@

$(FUSIONS:%=$(OUT)/$(1)/%.cmd): $(OUT)/$(1)/%.cmd: FORCE
	$$(call remember,$$(call said,fusion) $$(call in,))

.SECONDEXPANSION:
$(FUSIONS:%=$(OUT)/$(1)/%.st): $(OUT)/$(1)/%.st: $(OUT)/$(1)/%.cmd \
    $$$$(call in,valid.gz)
	srs-fuse -q $$(call said,fusion) --fit $$(VALID) --save $$@ \
	    -o /dev/null $$(call in,valid.gz)

$(FUSIONS:%=$(OUT)/$(1)/%.test.gz): $(OUT)/$(1)/%.test.gz: $(OUT)/$(1)/%.st \
    $$$$(call in,test.gz)
	srs-fuse -q --load $$< -k $$(TOP) -o $$@ $$(call in,test.gz)

$(OUT)/$(1)/metrics.tsv: $(OUT)/$(1)/test.tsv.gz \
    $(patsubst %,$(OUT)/$(1)/%.test.gz,$(MODELS) $(FUSIONS)) $(OUT)/metrics.cmd
	cd $$(@D) && srs-eval -q --truth test.tsv.gz --metrics $$(METRICS) \
	    --tsv -o $$(@F) $(patsubst %,%.test.gz,$(MODELS) $(FUSIONS))
endef

$(OUT)/metrics.cmd: FORCE
	$(call remember,$(METRICS))

$(foreach d,$(DATASETS),$(eval $(call dataset,$(d))))

FORCE:
.PHONY: table FORCE
.SECONDARY:
.DELETE_ON_ERROR:
