# SPDX-License-Identifier: GPL-2.0

"""check.py PROJECT BUILD [PROMETHEUS]: what tests/fleet/run runs in the toolchain root."""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse
import urllib.request

PROJECT, BUILD, *OTHER = sys.argv[1:]
BIN = f"{BUILD}/prometheus/usr/bin"
# Where prometheus and promtool are.
TOOLS = os.path.dirname(OTHER[0]) if OTHER else BIN
PROGRAM = f"{BUILD}/tool/kthread-counter"
RECORDED = f"{PROJECT}/tool/tests/recorded"
sys.path.append(f"{BUILD}/prometheus/usr/lib/python3/dist-packages")

MACHINES, PROMETHEUS, NODE = 10075, 10076, 10077
EXPORTERS = {"pow2": 10080, "full": 10081}
NATIVE = {"native": 10082}
PATIENCE = 120  # seconds

running = []


def begin(*command, **options):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    running.append(process)
    return process


def said(*command, **options):
    """What a command writes on both outputs; it has to end well."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    assert result.returncode == 0, result.stdout
    return result.stdout


def export(recorded, *options):
    return said(PROGRAM, "export", "--once", "--from", f"{RECORDED}/{recorded}", *options)


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode()


def soon(what):
    end = time.time() + PATIENCE
    while True:
        try:
            result = what()
            if result:
                return result
            why = f"it is {result!r}"
        except OSError as error:
            why = error
        assert time.time() < end, f"not within {PATIENCE} s: {why}"
        time.sleep(0.5)


def query(expression):
    url = f"http://127.0.0.1:{PROMETHEUS}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    answer = json.loads(get(url))
    assert answer["status"] == "success", answer
    return answer["data"]["result"]


def test_rules_are_rules():
    said(f"{TOOLS}/promtool", "check", "rules", "--lint-fatal", f"{PROJECT}/fleet/rules.yml", f"{PROJECT}/fleet/rules_global.yml")
    said(f"{TOOLS}/promtool", "check", "config", f"{PROJECT}/fleet/prometheus.yml")


def test_rules_say_what_is_expected():
    said(f"{TOOLS}/promtool", "test", "rules", f"{PROJECT}/fleet/rules_test.yml", f"{PROJECT}/fleet/rules_global_test.yml")


NAME_OF_THE_MODULE = re.compile(r"kthread_counter_[a-z_]+_total metric name should not include type 'counter'|")

FORMS = [[], ["--buckets", "full"], ["--by", "wait,cpu,interval", "--buckets", "50us,1ms"]]


def test_promtool_takes_the_metrics():
    for recorded in ("causes_on", "causes_off", "no_workers", "dashes", "cut_off"):
        for form in FORMS:
            page = subprocess.run([PROGRAM, "export", "--once", "--from", f"{RECORDED}/{recorded}", *form], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
            found = subprocess.run([f"{TOOLS}/promtool", "check", "metrics"], input=page.stdout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            # It takes the name of the module in that of a counter for the word "counter"; its status is 3 then.
            others = [line for line in found.stdout.splitlines() if not NAME_OF_THE_MODULE.fullmatch(line)]
            assert others == [] and found.returncode in (0, 3), f"{recorded} {form}: {found.stdout}"


def test_a_parser_takes_the_openmetrics():
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    for form in FORMS:
        families = list(text_string_to_metric_families(export("causes_on", "--openmetrics", *form)))
        types = {family.name: family.type for family in families}
        assert types["kthread_counter_lateness_seconds"] == "histogram", types
        assert types["kthread_counter_to_wake_seconds"] == "counter", types


def test_node_exporter_takes_the_text_file():
    with tempfile.TemporaryDirectory() as folder:
        said(PROGRAM, "export", "--from", f"{RECORDED}/causes_on", "--textfile", f"{folder}/kthread_counter.prom")
        begin(f"{BIN}/prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{NODE}", "--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={folder}")
        page = soon(lambda: get(f"http://127.0.0.1:{NODE}/metrics"))
    assert "\nnode_textfile_scrape_error 0\n" in page, page

    def numbers(text):
        lines = (line.rpartition(" ") for line in text.splitlines() if line.startswith("kthread_counter_"))
        return {frozenset(re.findall(r'\w+(?:="[^"]*")?', name)): float(value) for name, _, value in lines if "scrape_duration" not in name}

    expected = numbers(export("causes_on"))
    assert len(expected) > 100 and numbers(page) == expected


def panels():
    """Title and queries of each panel of the dashboard."""
    with open(f"{PROJECT}/fleet/dashboard.json", encoding="utf-8") as file:
        dashboard = json.load(file)
    return [(panel["title"], [target["expr"] for target in panel["targets"]]) for panel in dashboard["panels"] if panel["type"] != "row"]


def test_no_panel_has_gaps_with_a_scrape_each_minute():
    with open(f"{PROJECT}/fleet/dashboard.json", encoding="utf-8") as file:
        rated = [panel for panel in json.load(file)["panels"] if "$__rate_interval" in json.dumps(panel)]
    assert rated
    for panel in rated:
        assert panel.get("interval") == "1m", f"{panel['title']}: with less than 1m there is one sample in an interval"


def begin_machines(folder, job):
    with open(f"{PROJECT}/fleet/rules.yml", encoding="utf-8") as file:
        rules = re.sub(r"interval: \d+m", "interval: 1s", file.read())
    with open(f"{folder}/rules.yml", "w", encoding="utf-8") as file:
        file.write(rules)
    begin_prometheus(
        folder,
        f"""
rule_files: [rules.yml]
scrape_configs:
  - job_name: kthread_counter
    {job}
    static_configs: [{{targets: [{", ".join(f"m{number}" for number in range(6))}]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: instance}}
      - {{source_labels: [__address__], target_label: __metrics_path__, replacement: /$1/metrics}}
      - {{target_label: __address__, replacement: "127.0.0.1:{MACHINES}"}}
""",
    )


def begin_prometheus(folder, config):
    with open(f"{folder}/prometheus.yml", "w", encoding="utf-8") as file:
        file.write("global: {scrape_interval: 1s}\n" + config)
    begin(f"{TOOLS}/prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{PROMETHEUS}", *([FEATURE] if OTHER else []))


# The heatmap is of classic buckets.
HEATMAP = "Lateness"


def check_dashboard(job="", without=()):
    page = export("causes_on").replace("kthread_counter_up 1", "kthread_counter_up 1\nkthread_counter_start_time_seconds 1.7e9")
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/page", "w+", encoding="utf-8") as file:
            file.write(page)
            file.seek(0)
            begin(sys.executable, f"{PROJECT}/tests/fleet/machines.py", str(MACHINES), "6", stdin=file)
        begin_machines(folder, job)
        # What is recorded of what is recorded comes last.
        soon(lambda: query("wait:kthread_counter_lateness_seconds_p99_1h:median"))
        soon(lambda: query("wait:kthread_counter_lateness_seconds:p99_5m"))
        soon(lambda: len(query("kernel:kthread_counter_machines:count == 3")) == 2)
        # Once both kernels have been scraped twice, and the rule has seen it.
        p99 = 'kernel_wait:kthread_counter_lateness_seconds:p99_5m{wait="hrtimer"} > 0'
        soon(lambda: len(query(p99)) == 2)
        found = {one["metric"]["kernel"]: float(one["value"][1]) for one in query(p99)}
        late, early = found["late"], found["early"]
        assert 1.9 < late / early < 2.1, (late, early)
        count = 0
        for title, queries in panels():
            for expression in queries:
                for name, value in (("$__rate_interval", "1m"), ("$kernel", ".+"), ("$wait", ".+"), ("$instance", "m1")):
                    expression = expression.replace(name, value)
                assert "$" not in expression, expression
                assert query(expression) or title in without, f"{title}: nothing for {expression}"
                count += 1
        assert count > 15, count
        assert query("sum(prometheus_rule_evaluation_failures_total) or vector(0)")[0]["value"][1] == "0"


def test_each_query_of_the_dashboard_has_an_answer():
    check_dashboard()


# What only a Prometheus 3 can do.
if OTHER:
    FEATURE = "--enable-feature=native-histograms"
    CONVERT = "convert_classic_histograms_to_nhcb: true"

    def test_each_query_has_an_answer_from_native_histograms():
        check_dashboard(CONVERT, [HEATMAP])
        assert query("histogram_count(kthread_counter_lateness_seconds)"), "they are not native"
        assert not query("kthread_counter_lateness_seconds_bucket"), "they are classic, too"


def write_later(source, target):
    """A table whose counters began anew, and whose workers were four times as late."""
    with open(f"{source}/kthread_counter", encoding="ascii") as file:
        first, head, *rows = file.read().splitlines()
    first = re.sub(r"uptime_ns=\d+", "uptime_ns=1000000000", first)
    names = head.split()
    scaled = {names.index(name) for name in names if name.startswith("late_")}
    rows = [" ".join(str(int(word) * 4) if place in scaled and word != "-" else word for place, word in enumerate(row.split())) for row in rows]
    with open(f"{source}/kthread_counter_hist", encoding="ascii") as file:
        _, hist_head, *buckets = file.read().splitlines()
    # So far from 0, four times the bound of a bucket is the bound of another one.
    buckets = [f"{worker} {int(bound) * 4 + 3} {count}" for worker, bound, count in map(str.split, buckets)]
    os.mkdir(target)
    for name, lines in (("kthread_counter", [first, head, *rows]), ("kthread_counter_hist", [first, hist_head, *buckets])):
        with open(f"{target}/{name}", "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")


def compare(*arguments):
    """The status, the document if there is one, and what is said on stderr."""
    result = subprocess.run([PROGRAM, "compare", "--json", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return result.returncode, json.loads(result.stdout or "null"), result.stderr


def outcomes(document):
    return {(one["wait"], change["metric"]): change["outcome"] for one in document["primitives"] for change in one["changes"]}


def test_two_points_in_time_have_the_verdict_of_files():
    server = ["--prometheus", f"http://localhost:{PROMETHEUS}"]
    counts = "sum by (instance) (kthread_counter_lateness_seconds_count or histogram_count(kthread_counter_lateness_seconds)) == "
    all_exporters = {**EXPORTERS, **(NATIVE if OTHER else {})}
    early = f"{RECORDED}/causes_off"
    with tempfile.TemporaryDirectory() as folder:
        late, link = f"{folder}/late", f"{folder}/link"
        write_later(early, late)

        def show(tables):
            os.symlink(tables, f"{folder}/new")
            os.rename(f"{folder}/new", link)

        def begin_exporters():
            return [begin(PROGRAM, "export", "--listen", f"127.0.0.1:{port}", "--buckets", "full" if name == "full" else "pow2", "--from", link) for name, port in all_exporters.items()]

        def scraped(ticks):
            """A moment at which Prometheus knows that all exporters counted so many."""
            soon(lambda: len(query(f"{counts}{ticks}")) == len(all_exporters))
            return f"{time.time():.3f}"

        show(early)
        exporters = begin_exporters()

        def job(name, ports, more=""):
            targets = ", ".join(f'"127.0.0.1:{port}"' for port in ports)
            return f"  - job_name: {name}\n    static_configs: [{{targets: [{targets}]}}]\n    {more}\n"

        native = job("native", NATIVE.values(), CONVERT) if OTHER else ""
        begin_prometheus(folder, "scrape_configs:\n" + job("kthread_counter", EXPORTERS.values()) + native)
        with open(f"{early}/kthread_counter_hist", encoding="ascii") as file:
            ticks = sum(int(line.split()[2]) for line in file.read().splitlines()[2:])
        first = scraped(ticks)
        show(late)
        second = scraped(2 * ticks)
        assert not OTHER or query('histogram_count(kthread_counter_lateness_seconds{job="native"})'), "they are not native"
        # It counts what was before and what was since; begun anew, it has the first table only.
        show(early)
        for exporter in exporters:
            exporter.kill()
            exporter.wait()
        begin_exporters()
        third = scraped(ticks)

        judge = ["--judge", "p50,p99,p90,avg,missed"]
        for points, files in (((first, second), (early, late)), ((second, third), (late, early)), ((first, third), (early, early))):
            status, by_files, _ = compare(*files, *judge)
            for buckets, port in all_exporters.items():
                machine = f'instance="127.0.0.1:{port}"'
                found, by_points, said_of_it = compare(*server, "--match", machine, "--at", points[0], "--at", points[1], *judge)
                if files[0] == late:
                    # The first of these has the early ticks, too.
                    assert found == 0 and "better" in outcomes(by_points).values(), (buckets, by_points)
                    continue
                assert (found, said_of_it) == (status, ""), (buckets, points, files, found, status, said_of_it)
                assert by_points["verdict"] == by_files["verdict"], buckets
                if files[1] == late:
                    assert status == 2
                assert outcomes(by_points) == outcomes(by_files), (buckets, by_points, by_files)
                assert machine in by_points["old"]["file"], by_points["old"]
        begun_anew = compare(*server, "--match", machine, "--at", first, "--at", third)[1]["notes"]
        assert any(note.startswith("counters began anew in between") for note in begun_anew), begun_anew

        status, document, said_of_it = compare(*server, "--at", first, "--at", second)
        assert (status, document) == (1, None) and said_of_it.count("\n") == 1, said_of_it
        assert all(f'instance="127.0.0.1:{port}"' in said_of_it for port in all_exporters.values()), said_of_it
        status, document, said_of_it = compare(*server, "--match", machine, "--at", "2026-01-01T00:00:00Z", "--at", second)
        assert (status, document) == (3, None) and "2026-01-01T00:00:00Z" in said_of_it, said_of_it
        status, document, said_of_it = compare(*server, "--match", "no matcher", "--at", first, "--at", second)
        assert (status, document) == (1, None) and "parse error" in said_of_it, said_of_it

        text = said(PROGRAM, "compare", "--help").replace(" \\\n", " ")
        examples = [line for line in text.splitlines() if line.startswith("  kthread-counter") and "--prometheus" in line]
        assert len(examples) == 2, examples
        for example in examples:
            words = shlex.split(example)[1:]
            places = [place + 1 for place, word in enumerate(words) if word == "--at"]
            for place, moment in zip(places, (first, second)):
                words[place] = moment
            words[words.index("--prometheus") + 1] = server[1]
            # The first is of a Prometheus that knows one machine.
            words = words if "--match" in words else [*words, "--match", machine]
            words[words.index("--match") + 1] = words[words.index("--match") + 1].replace("m1:10073", f"127.0.0.1:{EXPORTERS['full']}")
            result = subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            assert result.returncode == 2 and "\nWorse: " in result.stdout, (example, result.stdout)


def main():
    results = []
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            results.append(True)
            print(f"ok {name[5:]}")
        except Exception:
            results.append(False)
            traceback.print_exc(file=sys.stdout)
            print(f"not ok {name[5:]}")
        finally:
            while running:
                process = running.pop()
                process.kill()
                process.wait()
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    os.environ.pop("http_proxy", None)
    sys.exit(main())
