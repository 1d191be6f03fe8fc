# SPDX-License-Identifier: GPL-2.0

"""scale.py PROJECT BUILD MACHINES SECONDS: what tests/fleet/scale runs in the toolchain root."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

PROJECT, BUILD = sys.argv[1:3]
COUNT, SECONDS = map(int, sys.argv[3:])
SERVER, PROMETHEUS = 10078, 10079


def query(expression):
    url = f"http://127.0.0.1:{PROMETHEUS}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(url, timeout=60) as answer:
        result = json.load(answer)["data"]["result"]
    return [float(one["value"][1]) for one in result]


def processor(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    page = subprocess.run([f"{BUILD}/tool/kthread-counter", "export", "--once", "--from", f"{PROJECT}/tool/tests/recorded/causes_on"], stdout=subprocess.PIPE, check=True).stdout
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        with open(f"{folder}/targets.json", "w", encoding="utf-8") as file:
            json.dump([{"targets": [f"m{number}" for number in range(COUNT)]}], file)
        with open(f"{folder}/prometheus.yml", "w", encoding="utf-8") as file:
            file.write(
                f"""
global: {{scrape_interval: 15s}}
rule_files: [{PROJECT}/fleet/rules.yml]
scrape_configs:
  - job_name: prometheus
    static_configs: [{{targets: ["127.0.0.1:{PROMETHEUS}"]}}]
  - job_name: kthread_counter
    file_sd_configs: [{{files: [targets.json]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: instance}}
      - {{source_labels: [__address__], target_label: __metrics_path__, replacement: /$1/metrics}}
      - {{target_label: __address__, replacement: "127.0.0.1:{SERVER}"}}
"""
            )
        machines = subprocess.Popen([sys.executable, f"{PROJECT}/tests/fleet/machines.py", str(SERVER), str(COUNT)], stdin=subprocess.PIPE)
        machines.stdin.write(page)
        machines.stdin.close()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        prometheus = subprocess.Popen([f"{BUILD}/prometheus/usr/bin/prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{PROMETHEUS}"], **quiet)
        try:
            time.sleep(SECONDS / 2)
            half, began = processor(prometheus.pid), time.time()
            time.sleep(SECONDS / 2)
            used = (processor(prometheus.pid) - half) / (time.time() - began)
            up = query('sum(up{job="kthread_counter"})')[0]
            print(f"machines that answer: {up:.0f} of {COUNT}")
            print(f"series: {query('prometheus_tsdb_head_series')[0]:.0f}")
            print(f"series of a machine: {query('avg(scrape_samples_scraped{job=' + chr(34) + 'kthread_counter' + chr(34) + '})')[0]:.0f}")
            print(f"samples a second: {query('sum(rate(prometheus_tsdb_head_samples_appended_total[2m]))')[0]:.0f}")
            print(f"memory of Prometheus: {query('process_resident_memory_bytes{job=' + chr(34) + 'prometheus' + chr(34) + '}')[0] / 2**20:.0f} MiB")
            print(f"processors that Prometheus used: {used:.2f}")
            for name, seconds in zip(("the slowest group of rules", "all rules"), query("max(prometheus_rule_group_last_duration_seconds)") + query("sum(prometheus_rule_group_last_duration_seconds)")):
                print(f"{name}: {seconds:.2f} s")
            print(f"rules that failed: {sum(query('prometheus_rule_evaluation_failures_total')):.0f}")
            return 0 if up == COUNT else 1
        finally:
            for process in (prometheus, machines):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
