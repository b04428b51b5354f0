# cleanlib.bash -- for the bats files of srs-clean: `load cleanlib`, after lib.

# clean OPTION... : srs-clean -q -H; input is standard input
clean() {
	srs-clean -q -H "$@"
}

# A log with something of everything; ids, events and times differ enough
# that no order is by accident.
dirty_log() {
	cat <<-'END'
	user_id,item_id,event,timestamp,page
	u1,i1,view,100,home
	u1,i1,purchase,300,shop
	u2,"i,2",view,50,"a ""quoted"" page"
	u2,"i,2",cart,40,"two
	lines"
	,i1,view,60,x
	u3,i1,refund,70,x
	u3,i1,view,soon,x
	u3,i1,cart,,
	END
}

# shop N: N rows without the same user and item and time twice
shop() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
		u = int(sqrt(i * 7919 % 9409)); v = int(sqrt(i * 31337 % 3721))
		printf "u%d\ti%d\t%d\t%d\n", u, v, 1 + (i * 13) % 5,
		    1000 + (i * 7907) % 100003 } }'
}
