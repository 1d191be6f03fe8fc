#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the program exports of the real module, as Debian's Prometheus, node_exporter, promtool and a parser of
# OpenMetrics read it; and that its counters only grow, whatever happens to the module.
#
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"

PATH=$PROMETHEUS_ROOT/usr/bin:$PATH
export PYTHONPATH=$PROMETHEUS_ROOT/usr/lib/python3/dist-packages
PORT=10073
PROMETHEUS=127.0.0.1:10090
NODE=127.0.0.1:10091
ip link set lo up

# serve [OPTION…]: the exporter, in the background; its process is the global exporter.
serve() {
	"$PROGRAM" export "$@" 2>/run/exporter.errors &
	exporter=$!
	expect_soon grep -q listening /run/exporter.errors
}

end() { kill "$@" 2>/run/kill.errors; wait "$@"; }

# fetch PATH [HEADER]: what it answers, without the head.
fetch() {
	local fd
	exec {fd}<>"/dev/tcp/127.0.0.1/$PORT" || return
	printf 'GET %s HTTP/1.1\r\n%s\r\n\r\n' "$1" "${2:-Host: x}" >&"$fd"
	sed '1,/^\r$/d' <&"$fd"
	exec {fd}>&-
}

# scrape: into a file, from which value NAME-AND-LABELS takes a number.
scrape() { fetch /metrics >/run/scraped; }
value() { awk -v name="kthread_counter_$1" '$1 == name { print $2 }' /run/scraped; }

# expect_growth WHAT: no counter is less than at the last call.
expect_growth() {
	scrape
	grep -E '^kthread_counter_[a-z_]*_(total|count|sum|bucket)' /run/scraped >/run/counters
	[ ! -e /run/counters.before ] || awk '
		NR == FNR { before[$1] = $2; next }
		{ now[$1] = $2 }
		END { for (name in before) if (!(name in now) || now[name] < before[name]) print name, before[name], "->", now[name] }
	' /run/counters.before /run/counters >/run/fallen
	[ ! -s /run/fallen ] || fail "after $1 these have fallen:" "$(</run/fallen)"
	mv /run/counters /run/counters.before
}

test_counters_only_grow() {
	local ticks
	rm -f /run/counters.before /run/fallen
	load threads=3 wait=hrtimer,event,timeout interval=20ms
	expect_ticks 0 5
	echo >$DEVICE
	expect_soon is_field 1 ticks 1
	serve
	expect_growth "nothing"
	expect "up" 1 "$(value up)"
	expect "running" 3 "$(value 'workers{state="running"}')"
	put reset all
	expect_growth "a reset"
	put threads 1
	expect_growth "workers were removed"
	expect "ticks of the worker that is gone" 1 "$(value 'ticks_total{wait="event"}')"
	put threads 3
	expect_growth "workers were added"
	put interval 10ms
	put wait timeout
	expect_growth "another primitive"
	ticks=$(value 'ticks_total{wait="hrtimer"}')
	unload
	expect_growth "the module was unloaded"
	expect "up" 0 "$(value up)"
	load threads=1 wait=hrtimer interval=20ms
	expect_ticks 0 3
	expect_growth "the module was loaded"
	expect "up" 1 "$(value up)"
	expect_number "ticks of both" "$(value 'ticks_total{wait="hrtimer"}')" -gt "$((ticks + 2))"
	# Without a scrape in between.
	unload
	load threads=1 wait=hrtimer interval=20ms
	expect_ticks 0 3
	expect_growth "the module was unloaded and loaded"
	end $exporter
}

test_counters_only_grow_while_commands_run() {
	local commands i
	rm -f /run/counters.before /run/fallen
	load threads=8 wait=hrtimer,timeout interval=5ms causes=Y
	serve --by wait,cpu,interval
	for i in {1..40}; do
		put reset all
		put threads $((i % 8 + 1))
		put causes "$( ((i % 3)) && echo Y || echo N)"
	done &
	commands=$!
	for i in {1..8}; do
		expect_growth "commands"
	done
	wait $commands
	expect_growth "all commands"
	end $exporter
}

test_formats_are_what_others_read() {
	load threads=9 wait=$ALL_WAITS interval=20ms causes=Y cpus=0-1
	expect_ticks 5 5
	echo >$DEVICE
	serve --by wait,cpu,interval
	# It takes the name of the module in that of a counter for the word "counter".
	fetch /metrics | promtool check metrics 2>&1 |
		grep -vxE "|kthread_counter_[a-z_]+_total metric name should not include type 'counter'" >/run/promtool
	expect "what promtool says" "" "$(</run/promtool)"
	fetch /metrics 'Accept: application/openmetrics-text' >/run/openmetrics
	python3 - <<-'END' || fail "the parser of OpenMetrics does not take it"
		from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
		families = {family.name: family for family in parse(open("/run/openmetrics").read())}
		assert families["kthread_counter_lateness_seconds"].unit == "seconds"
		assert families["kthread_counter_ticks"].type == "counter"
		assert {s.labels["cpu"] for s in families["kthread_counter_to_run_seconds"].samples} == {"0", "1"}
	END
	end $exporter
}

# query EXPRESSION: the value that Prometheus has.
query() {
	python3 - "$1" "$PROMETHEUS" <<-'END'
		import json, sys, urllib.parse, urllib.request
		url = f"http://{sys.argv[2]}/api/v1/query?" + urllib.parse.urlencode({"query": sys.argv[1]})
		result = json.load(urllib.request.urlopen(url, timeout=60))["data"]["result"]
		print(result[0]["value"][1] if len(result) == 1 else f"{len(result)} results")
	END
}
is_query() { [ "$(query "$1" 2>/run/query.errors)" = "$2" ]; }

# The same power of two: a query interpolates in one, and `show` says the bound of a finer bucket in it.
is_near() { # SECONDS NANOSECONDS
	python3 -c 'import sys, math
q, ns = float(sys.argv[1]), int(sys.argv[2])
top = max(10, (ns).bit_length())
sys.exit(not (0 if top == 10 else 2 ** (top - 1) - 1) * 0.999 <= q * 1e9 <= (2 ** top - 1) * 1.001)' "$@"
}

test_prometheus_says_what_show_says() {
	local job wait id percent shown seen pids
	load threads=2 wait=hrtimer,timeout interval=10ms
	expect_ticks 0 150
	expect_ticks 1 150
	# So that all say the same.
	put stop all
	serve
	rm -rf /run/textfile /run/prometheus
	mkdir -p /run/textfile /run/prometheus
	expect_status 0 export --textfile /run/textfile/kthread_counter.prom
	prometheus-node-exporter --web.listen-address=$NODE --collector.disable-defaults --collector.textfile \
		--collector.textfile.directory=/run/textfile >/run/node.log 2>&1 &
	pids=$!
	cat >/run/prometheus/prometheus.yml <<-END
		global: {scrape_interval: 2s, scrape_timeout: 2s}
		rule_files: [$PROJECT/fleet/rules.yml]
		scrape_configs:
		  - {job_name: kthread_counter, static_configs: [{targets: ["127.0.0.1:$PORT"]}]}
		  - {job_name: node, static_configs: [{targets: ["$NODE"]}]}
	END
	prometheus --config.file=/run/prometheus/prometheus.yml --storage.tsdb.path=/run/prometheus/data \
		--web.listen-address=$PROMETHEUS >/run/prometheus.log 2>&1 &
	pids+=" $!"
	for job in kthread_counter node; do
		expect_soon is_query "kthread_counter_up{job=\"$job\"}" 1 || tail -n 3 /run/prometheus.log /run/node.log
		for id in 0 1; do
			wait=$(field $id wait)
			expect "ticks of $wait, by $job" "$(field $id ticks)" \
				"$(query "kthread_counter_lateness_seconds_count{job=\"$job\",wait=\"$wait\"}")"
			for percent in 50 99; do
				shown=$(field $id late_p${percent}_ns)
				seen=$(query "histogram_quantile(0.$percent, kthread_counter_lateness_seconds_bucket{job=\"$job\",wait=\"$wait\"})")
				echo "# p$percent of $wait by $job: $seen s, the table says $shown ns"
				is_near "$seen" "$shown" || fail "p$percent of $wait by $job is $seen s, the table says $shown ns"
			done
		done
	done
	expect "errors of the collector" 0 "$(query node_textfile_scrape_error)"
	expect "rules that cannot be evaluated" 0 "$(query 'sum(prometheus_rule_evaluation_failures_total) or vector(0)')"
	# shellcheck disable=SC2086 # into words
	end $pids $exporter
}

memory() { awk '$1 == "VmHWM:" { print $2 }' "/proc/$exporter/status"; }

test_32768_workers() {
	local started
	load threads=32768 autostart=N wait=timeout,hrtimer interval=1
	put start 0-199
	sleep 3
	serve
	started=$EPOCHREALTIME
	scrape
	echo "# a scrape of 32768 workers took $(value scrape_duration_seconds) s of reading, $(awk "BEGIN { print $EPOCHREALTIME - $started }") s in all, and $(memory) KiB"
	expect "workers" 32568 "$(value 'workers{state="stopped"}')"
	expect "running" 200 "$(value 'workers{state="running"}')"
	scrape
	expect_number "lines" "$(wc -l </run/scraped)" -lt 150
	expect_number "KiB" "$(memory)" -lt $((128 * 1024))
	end $exporter
}

run_tests
