"""The records of the benchmarks in words and tables."""


def machine_text(machine: dict) -> str:
    """Where and under which load it was measured."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['date']}; {versions}.\n"
        f"Processes waiting for a core, 5-minute mean, before and after: {machine['load'][0]:.1f} and "
        f"{machine['load'][1]:.1f}."
    )


def accuracy_text(found: dict) -> str:
    """Largest errors by protocol and precision."""
    lines = [
        f"Largest relative errors beside ODE solutions: {found['people']} people of each protocol, {found['draws']} "
        "posterior draws.",
        f"{'protocol':<20}{'precision':<11}{'concentration':>14}{'lift':>10}{'severity':>10}",
    ]
    for name, by_precision in found["protocols"].items():
        for precision, errors in by_precision.items():
            shown = "".join(f"{errors[what]:>{width}.0e}" for what, width in (("concentration", 14), ("lift", 10)))
            lines.append(f"{name:<20}{precision:<11}{shown}{errors['severity']:>10.0e}")
    many = found["many"]
    above = f"people above {many['goal']:.0e}"
    lines += [
        "",
        f"Single beside double precision, {many['people']:,} people of each protocol:",
        f"{'protocol':<20}{'concentration':>25}{'lift':>10}{'severity':>10}{above:>20}",
    ]
    lines += [
        f"{name:<20}{one['concentration']:>25.0e}{one['lift']:>10.0e}{one['severity']:>10.0e}{one['over']:>20}"
        for name, one in many["protocols"].items()
    ]
    return "\n".join(lines)


def cold_start_text(found: dict) -> str:
    """Seconds from a command to its answer."""
    lines = ["Seconds from a cold start to the answer, median (fastest):"]
    lines += [f"{name:<44}{one['median_s']:6.2f}  ({min(one['runs_s']):.2f})" for name, one in found.items()]
    return "\n".join(lines)


def throughput_text(record: dict) -> str:
    """Everything, as plain text."""
    ours, limits = record["liftspan"], record["limits"]
    lines = [
        f"Workload: {record['workload']['treatment']}; venous S and R, lift and severity at "
        f"{record['workload']['readings']} readings in 28 days;",
        f"people differ in {', '.join(record['workload']['varied'])}.",
        "",
        f"{'engine':<26}{'people/s/core':>14}{'ours / it':>11}{'error: level':>14}{'lift':>9}{'import s':>10}"
        f"{'compile s':>11}",
    ]
    for way, found in ours["ways"].items():
        errors = ours["accuracy"]
        compile_s = ours["compile_s"] if way == "compiled" else 0.0
        lines.append(
            _row(f"liftspan, {way}", found["people_per_s_per_core"], None, errors, ours["import_s"], compile_s)
        )
    for name, peer in record["peers"].items():
        lines.append(
            _row(name, peer["people_per_s_per_core"], peer["ours_over_it"], peer["accuracy"], peer["import_s"],
                 peer["compile_s"])
        )  # fmt: skip
    for name in record["absent"]:
        lines.append(f"{name:<26}{'not installed':>14}")
    lines += ["", *_own(record), "", *_limits(limits)]
    return "\n".join(lines)


def _row(name, per_s, ratio, errors, import_s, compile_s) -> str:
    shown = "" if ratio is None else f"{ratio:,.0f}"
    return (
        f"{name:<26}{per_s:>14,.0f}{shown:>11}{errors['concentration']:>14.0e}{errors['lift']:>9.0e}"
        f"{import_s:>10.2f}{compile_s:>11.2f}"
    )


def _own(record: dict) -> list[str]:
    ours = record["liftspan"]
    errors = ours["accuracy"]
    apart = errors["definition_beside_one_ode"]
    two = ", ".join(f"{way} {per_s:,.0f}" for way, per_s in ours["two_processes"].items())
    return [
        f"Two processes together, people/s: {two}.",
        f"Our errors are beside {errors['reference']} ({errors['people']} people): concentration "
        f"{errors['concentration']:.1e}, lift {errors['lift']:.1e}, severity {errors['severity']:.1e}.",
        "Other engines solve one ODE of all sessions and are compared with that ODE at 1e-11. Beside it our definition",
        f"(each session followed by itself for 48 h) moves the lift by {apart['lift_median']:.0e} at the median and "
        f"severity by {apart['severity_points_largest']:.2g} points at most.",
    ]


def _limits(limits: dict) -> list[str]:
    machine, work = limits["machine"], limits["work"]
    lines = [f"{'one person needs':<26}{'number':>10}{'machine, per s':>17}{'ns':>8}"]
    for name, words in (
        ("exponentials", "exponentials"),
        ("multiply_adds", "multiply-adds"),
        ("divisions", "divisions, roots"),
        ("bytes_moved", "bytes of the answer"),
    ):
        lines.append(f"{words:<26}{work[name]:>10,.0f}{machine[name]:>17.2e}{1e9 * work[name] / machine[name]:>8.0f}")
    lines += [
        f"Arithmetic takes at least {1e9 * limits['arithmetic_s']:.0f} ns, memory {1e9 * limits['memory_s']:.0f} ns: "
        f"at most {limits['people_per_s_per_core']:,.0f} people/s/core (exponentials: {machine['how']}).",
        "Share of that limit reached: "
        + ", ".join(f"{way} {100.0 * share:.0f} %" for way, share in limits["shares"].items())
        + ".",
    ]
    return lines


def device_text(found: dict) -> str:
    """Our engine under jax."""
    lines = [f"Device: {found['device']} ({found['platform']}), {found['people']:,} people at once."]
    for name, one in found["precisions"].items():
        lines.append(
            f"{name}: {one['people_per_s']:,.0f} people/s; {100 * one['share_of_arithmetic']:.1f} % of its arithmetic, "
            f"{100 * one['share_of_bandwidth']:.1f} % of its bandwidth; compiled in {one['compile_s']:.1f} s; largest "
            f"difference to the CPU: concentration {one['difference']['concentration']:.0e}, lift "
            f"{one['difference']['lift']:.0e}, severity {one['difference']['severity']:.0e}"
        )
    return "\n".join(lines)
