# SPDX-License-Identifier: GPL-2.0

"""check.py PROJECT BUILD: what tests/fleet/run runs in the toolchain root."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse
import urllib.request

PROJECT, BUILD = sys.argv[1:]
BIN = f"{BUILD}/prometheus/usr/bin"
PROGRAM = f"{BUILD}/tool/kthread-counter"
RECORDED = f"{PROJECT}/tool/tests/recorded"
sys.path.append(f"{BUILD}/prometheus/usr/lib/python3/dist-packages")

MACHINES, PROMETHEUS, NODE = 10075, 10076, 10077
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
    said(f"{BIN}/promtool", "check", "rules", "--lint-fatal", f"{PROJECT}/fleet/rules.yml")
    said(f"{BIN}/promtool", "check", "config", f"{PROJECT}/fleet/prometheus.yml")


def test_rules_say_what_is_expected():
    said(f"{BIN}/promtool", "test", "rules", f"{PROJECT}/fleet/rules_test.yml")


NAME_OF_THE_MODULE = re.compile(r"kthread_counter_[a-z_]+_total metric name should not include type 'counter'|")

FORMS = [[], ["--buckets", "full"], ["--by", "wait,cpu,interval", "--buckets", "50us,1ms"]]


def test_promtool_takes_the_metrics():
    for recorded in ("causes_on", "causes_off", "no_workers", "dashes", "cut_off"):
        for form in FORMS:
            page = subprocess.run([PROGRAM, "export", "--once", "--from", f"{RECORDED}/{recorded}", *form], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
            found = subprocess.run([f"{BIN}/promtool", "check", "metrics"], input=page.stdout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
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


def begin_prometheus(folder):
    with open(f"{PROJECT}/fleet/rules.yml", encoding="utf-8") as file:
        rules = re.sub(r"interval: \d+m", "interval: 1s", file.read())
    with open(f"{folder}/rules.yml", "w", encoding="utf-8") as file:
        file.write(rules)
    with open(f"{folder}/prometheus.yml", "w", encoding="utf-8") as file:
        file.write(
            f"""
global: {{scrape_interval: 1s}}
rule_files: [rules.yml]
scrape_configs:
  - job_name: kthread_counter
    static_configs: [{{targets: [{", ".join(f"m{number}" for number in range(6))}]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: instance}}
      - {{source_labels: [__address__], target_label: __metrics_path__, replacement: /$1/metrics}}
      - {{target_label: __address__, replacement: "127.0.0.1:{MACHINES}"}}
"""
        )
    begin(f"{BIN}/prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{PROMETHEUS}")


def test_each_query_of_the_dashboard_has_an_answer():
    page = export("causes_on").replace("kthread_counter_up 1", "kthread_counter_up 1\nkthread_counter_start_time_seconds 1.7e9")
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/page", "w+", encoding="utf-8") as file:
            file.write(page)
            file.seek(0)
            begin(sys.executable, f"{PROJECT}/tests/fleet/machines.py", str(MACHINES), "6", stdin=file)
        begin_prometheus(folder)
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
                assert query(expression), f"{title}: nothing for {expression}"
                count += 1
        assert count > 15, count
        assert query("sum(prometheus_rule_evaluation_failures_total) or vector(0)")[0]["value"][1] == "0"


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
