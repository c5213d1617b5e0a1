"""A model card: what a model was made of and what its weights are, for people. Pure."""

from collections.abc import Mapping
from math import log2
from typing import Any

from server.households.matching.gaps import GAPS
from server.households.matching.levels import COMPARISONS


def card(content: Mapping[str, Any]) -> str:
    """Markdown in Chinese: source, weights of every level in bits, sessions of estimation."""
    data = content["data"]
    lines = [
        f"# 模型 {content['id']}",
        "",
        f"来源：{data.get('from', '')}；训练日期：{data.get('on', '')}；"
        f"记录：{data.get('rows', '')} 条；随机种子：{data.get('seed', '')}。",
        f"校验和：`{content['hash']}`；特征版本 {content['features']}，档次版本 {content['levels']}。",
        f"两份随机记录为同一户：{content['prior']} 比特。"
        f"并入 ≥ {content['thresholds']['merge']}，查看 ≥ {content['thresholds']['review']}。",
        f"过于常见的电话和比对键：{len(content['hot'])} 个。",
        "",
        "| 比较 | 档次 | 比特 | 同一户中 | 陌生人中 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for comparison in COMPARISONS:
        for level in comparison.levels:
            given = content["comparisons"].get(comparison.name, {}).get(level.label)
            if given:
                bits = given["bits"] if "bits" in given else log2(given["m"] / given["u"])
                m, u = (f"{given[key]:.2g}" if key in given else "（人工设定）" for key in ("m", "u"))
                lines.append(f"| {comparison.said} | {level.said} | {bits:+.1f} | {m} | {u} |")
    lines += ["", "| 估计所用的记录对 | 轮数 | 其中同一户 |", "| --- | --- | --- |"]
    lines += [f"| {one['rule']} | {one['rounds']} | {one['share']:.1%} |" for one in data.get("log", ())]
    if gaps := data.get("gaps"):
        told = "；".join(f"{said} {gaps[label]:.1%}" for label, (said, _) in GAPS.items() if label in gaps)
        lines += ["", f"训练资料里缺的：{told}。"]
    if joined := data.get("joined"):
        lines += ["", "| 自动合并的各对 | 档次 | 占比 |", "| --- | --- | --- |"]
        for comparison in COMPARISONS:
            for level in comparison.levels:
                if comparison.said and (share := joined.get(comparison.name, {}).get(level.label)):
                    lines.append(f"| {comparison.said} | {level.said} | {share:.1%} |")
    return "\n".join(lines) + "\n"
