# SPDX-License-Identifier: GPL-2.0

"""scale.py PROJECT BUILD MACHINES SECONDS PROMETHEUS INTERVAL NATIVE: what tests/fleet/scale runs in the toolchain root."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

PROJECT, BUILD = sys.argv[1:3]
COUNT, SECONDS = map(int, sys.argv[3:5])
PROGRAM = sys.argv[5]
INTERVAL, NATIVE = map(int, sys.argv[6:])
SERVER, PROMETHEUS = 10078, 10079
API = f"http://127.0.0.1:{PROMETHEUS}/api/v1"
USUAL_INTERVAL = 15

# What a rule, and a panel, ask of each form. The recorded table has no more series than a machine with all primitives.
QUESTIONS = {
    "p99 by kernel, of 5 minutes": (
        "histogram_quantile(0.99, sum by (kernel, wait, le) (rate(kthread_counter_lateness_seconds_bucket[5m])"
        " * on (job, instance) group_left (kernel) kthread_counter_build_info))",
        "histogram_quantile(0.99, sum by (kernel, wait) (rate(kthread_counter_lateness_seconds[5m])"
        " * on (job, instance) group_left (kernel) kthread_counter_build_info))",
    ),
    "p99 of each machine": (
        "histogram_quantile(0.99, sum by (job, instance, wait, le) (rate(kthread_counter_lateness_seconds_bucket[5m])))",
        "histogram_quantile(0.99, sum by (job, instance, wait) (rate(kthread_counter_lateness_seconds[5m])))",
    ),
}


def ask(path, data=None):
    with urllib.request.urlopen(f"{API}/{path}", data, timeout=120) as answer:
        return json.load(answer)["data"]


def query(expression):
    return ask("query?" + urllib.parse.urlencode({"query": expression}))["result"]


def values(expression):
    return [float(one["value"][1]) for one in query(expression)]


def processor(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def size(path):
    return sum(os.path.getsize(f"{folder}/{name}") for folder, _, names in os.walk(path) for name in names)


def write_config(folder):
    with open(f"{folder}/targets.json", "w", encoding="utf-8") as file:
        json.dump([{"targets": [f"m{number}" for number in range(COUNT)]}], file)
    native = "convert_classic_histograms_to_nhcb: true" if NATIVE else ""
    with open(f"{folder}/prometheus.yml", "w", encoding="utf-8") as file:
        file.write(
            f"""
global: {{scrape_interval: {INTERVAL}s}}
rule_files: [{PROJECT}/fleet/rules.yml]
scrape_configs:
  - job_name: prometheus
    static_configs: [{{targets: ["127.0.0.1:{PROMETHEUS}"]}}]
  - job_name: kthread_counter
    {native}
    file_sd_configs: [{{files: [targets.json]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: instance}}
      - {{source_labels: [__address__], target_label: __metrics_path__, replacement: /$1/metrics}}
      - {{target_label: __address__, replacement: "127.0.0.1:{SERVER}"}}
"""
        )


def say_series():
    print(f"series: {values('prometheus_tsdb_head_series')[0]:.0f}")
    machine = 'avg(scrape_samples_scraped{job="kthread_counter"})'
    print(f"series of a machine: {values(machine)[0]:.0f}")
    print(f"samples a second: {values('sum(rate(prometheus_tsdb_head_samples_appended_total[2m]))')[0]:.0f}")
    memory = 'avg_over_time(process_resident_memory_bytes{job="prometheus"}[2m])'
    print(f"memory of Prometheus: {values(memory)[0] / 2**20:.0f} MiB")


def say_rules():
    durations = values("prometheus_rule_group_last_duration_seconds")
    print(f"the slowest group of rules: {max(durations):.2f} s")
    print(f"all rules: {sum(durations):.2f} s")
    print(f"rules that failed: {sum(values('prometheus_rule_evaluation_failures_total')):.0f}")


def say_questions():
    """The best of five: this host may have other things to do."""
    for name, expressions in QUESTIONS.items():
        took = []
        for _ in range(5):
            began = time.monotonic()
            answer = query(expressions[NATIVE])
            took.append(time.monotonic() - began)
        print(f"{name}: {min(took):.3f} s, {len(answer)} answers")
    for one in query('kernel_wait:kthread_counter_lateness_seconds:p99_5m{wait=~"hrtimer|timeout"}'):
        print(f"p99 of {one['metric']['wait']}, {one['metric']['kernel']}: {float(one['value'][1]):.9f} s")


def say_disk(folder):
    """What the samples so far take in a block, as in one that Prometheus writes each two hours."""
    name = ask("admin/tsdb/snapshot", b"")["name"]
    snapshot = f"{folder}/data/snapshots/{name}"
    chunks = index = samples = series = 0
    for block in os.listdir(snapshot):
        chunks += size(f"{snapshot}/{block}/chunks")
        index += os.path.getsize(f"{snapshot}/{block}/index")
        with open(f"{snapshot}/{block}/meta.json", encoding="ascii") as file:
            stats = json.load(file)["stats"]
        samples += stats["numSamples"]
        series += stats["numSeries"]
    print(f"bytes of a sample on disk: {chunks / samples:.2f}")
    print(f"bytes of a series in the index of a block: {index / series:.0f}")
    print(f"write-ahead log: {size(f'{folder}/data/wal') / 2**20:.0f} MiB")


def main():
    page = subprocess.run([f"{BUILD}/tool/kthread-counter", "export", "--once", "--from", f"{PROJECT}/tool/tests/recorded/causes_on"], stdout=subprocess.PIPE, check=True).stdout
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        write_config(folder)
        machines = subprocess.Popen([sys.executable, f"{PROJECT}/tests/fleet/machines.py", str(SERVER), str(COUNT), str(USUAL_INTERVAL // INTERVAL)], stdin=subprocess.PIPE)
        machines.stdin.write(page)
        machines.stdin.close()
        options = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{PROMETHEUS}", "--web.enable-admin-api"]
        if NATIVE:
            options.append("--enable-feature=native-histograms")
        with open(f"{BUILD}/log/scale.log", "w", encoding="utf-8") as log:
            prometheus = subprocess.Popen([PROGRAM, *options], stdout=log, stderr=log)
        try:
            time.sleep(SECONDS / 2)
            half, began = processor(prometheus.pid), time.time()
            time.sleep(SECONDS / 2)
            used = (processor(prometheus.pid) - half) / (time.time() - began)
            up = values('sum(up{job="kthread_counter"})')[0]
            print(f"machines that answer: {up:.0f} of {COUNT}")
            say_series()
            print(f"processors that Prometheus used: {used:.2f}")
            say_rules()
            say_questions()
            say_disk(folder)
            return 0 if up == COUNT else 1
        finally:
            for process in (prometheus, machines):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
