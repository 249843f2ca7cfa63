"""Makes the data of the shipped samples: python3 samples/generate.py [SAMPLE …]

Same seed, same bytes: only `random.Random(seed).random()` is used, which every Python gives alike.
Everyone in the samples is made up; ids such as AG-07 stand for nobody.
"""
import csv
import datetime as dt
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent


class Draw:
    """The few draws that the samples need, all from one stream of uniform numbers."""

    def __init__(self, seed):
        self.u = random.Random(seed).random

    def chance(self, p):
        return self.u() < p

    def whole(self, low, high):
        """A whole number from low to high, both included."""
        return low + int(self.u() * (high - low + 1))

    def pick(self, weighted):
        """One of {value: weight}."""
        left = self.u() * sum(weighted.values())
        for value, weight in weighted.items():
            left -= weight
            if left < 0:
                return value
        return value


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def months(year, month, count):
    for _ in range(count):
        start = dt.date(year, month, 1)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        yield start, dt.date(year, month, 1)


# ---------------------------------------------------------------------------------------------------------------------
# contact-centre: a bank's contact centre over a year

# id: department, unit, calls answered in 20 s, solved at once, satisfied answers, contacts a month
AGENTS = {
    "AG-01": ("Cards", "Retail", .95, .90, .95, 115),
    "AG-02": ("Cards", "Retail", .86, .78, .82, 85),
    "AG-03": ("Cards", "Retail", .84, .76, .80, 80),
    "AG-04": ("Cards", "Retail", .72, .66, .66, 85),
    "AG-05": ("Loans", "Retail", .94, .90, .93, 120),
    "AG-06": ("Loans", "Retail", .85, .77, .83, 85),
    "AG-07": ("Loans", "Retail", .38, .50, .52, 290),
    "AG-08": ("Loans", "Retail", .70, .68, .70, 85),
    "AG-09": ("Accounts", "Business", .94, .88, .94, 110),
    "AG-10": ("Accounts", "Business", .87, .80, .84, 90),
    "AG-11": ("Accounts", "Business", .83, .77, .78, 80),
    "AG-12": ("Accounts", "Business", .52, .58, .58, 150),
    "AG-13": ("Online", "Business", .88, .80, .83, 85),
    "AG-14": ("Online", "Business", .93, .89, .93, 105),
    "AG-15": ("Online", "Business", .86, .79, .80, 85),
    "AG-16": ("Online", "Business", .75, .65, .68, 85),
}
NEWCOMER = ("AG-17", "Online", "Business", .85, .75, .80, 16)   # started in the last two months
BACK_OFFICE = [("BO-01", "Accounts", "Business"), ("BO-02", "Cards", "Retail")]


def contact_centre():
    draw = Draw(20260430)
    listen = Draw(5)            # the items of reviews, from a stream of their own
    data = HERE / "contact-centre" / "data"
    people, contacts, surveys, reviews, complaints, training = [], [], [], [], [], []
    for agent, (department, unit, *_) in AGENTS.items():
        if agent == "AG-10":        # moved from Cards to Accounts in mid-month: two rows
            people.append([agent, f"Agent {agent[3:]}", "adviser", "contactor", "Cards", "Retail", "2024-02-01", "2025-11-12"])
            people.append([agent, f"Agent {agent[3:]}", "adviser", "contactor", department, unit, "2025-11-12", ""])
        else:
            people.append([agent, f"Agent {agent[3:]}", "adviser", "contactor", department, unit, "2024-02-01", ""])
    people.append([NEWCOMER[0], "Agent 17", "adviser", "contactor", NEWCOMER[1], NEWCOMER[2], "2026-03-02", ""])
    for person, department, unit in BACK_OFFICE:
        people.append([person, f"Back office {person[3:]}", "case worker", "influencer", department, unit, "2024-02-01", ""])
    for number, (start, end) in enumerate(months(2025, 5, 12)):
        last = dt.datetime.combine(end, dt.time()) - dt.timedelta(seconds=1)
        staff = [(a, *row) for a, row in AGENTS.items()]
        if number >= 10:
            staff.append((NEWCOMER[0], NEWCOMER[1], NEWCOMER[2], *NEWCOMER[3:]))
        for agent, department, _, prompt, solved, happy, size in staff:
            for _ in range(size + draw.whole(-6, 6) if size > 30 else size):
                day = start + dt.timedelta(days=draw.whole(0, (end - start).days - 1))
                at = dt.datetime.combine(day, dt.time(8 + draw.whole(0, 9), draw.whole(0, 59), draw.whole(0, 59)))
                channel = draw.pick({"phone": 80, "chat": 12, "email": 8})
                topic = draw.pick({"card": 30, "account": 25, "loan": 20, "online": 15, "fraud": 10})
                on_time = draw.chance(prompt)
                wait = draw.whole(2, 20) if on_time else draw.whole(21, 140)
                resolved = draw.chance(solved)
                abusive = draw.chance(.004)
                contact = f"C{len(contacts) + 1:06d}"
                contacts.append([contact, agent, at.isoformat(" "), channel, topic, wait, "yes" if resolved else "no",
                                 draw.pick({"0": 70, "1": 22, "2": 6, "3": 2}), "yes" if draw.chance(.12) else "no",
                                 "yes" if abusive else "no"])
                if draw.chance(.46):
                    pleased = draw.chance(happy)
                    rating = draw.pick({"5": 60, "4": 40}) if pleased else draw.pick({"3": 55, "2": 25, "1": 20})
                    recommend = draw.pick({"10": 45, "9": 35, "8": 20}) if pleased else draw.pick({"7": 25, "6": 35, "4": 25, "2": 15})
                    returned = min(at + dt.timedelta(hours=draw.whole(1, 40)), last)
                    if draw.chance(.02):
                        rating, recommend = "", "99"      # "no answer" as the survey tool codes it
                    surveys.append([f"S{len(surveys) + 1:06d}", contact, returned.isoformat(" "), rating, recommend,
                                    draw.pick({"4": 30, "5": 70})])
                if draw.chance(.006 if resolved else .03):
                    complaints.append([f"K{len(complaints) + 1:05d}", contact,
                                       min(at + dt.timedelta(hours=draw.whole(2, 60)), last).isoformat(" "), topic,
                                       draw.pick({"minor": 80, "serious": 18, "grave": 2}),
                                       draw.pick({"person": 25, "process": 45, "system": 20, "customer": 5, "unknown": 5})])
            for _ in range(3):
                day = start + dt.timedelta(days=draw.whole(0, 27))
                good = draw.chance((prompt + happy) / 2)
                call = f"{agent}-{number + 1:02d}-{len(reviews) // 2 + 1:05d}"
                greeted, listened = listen.chance(happy + .04), 2 + sum(listen.chance(happy) for _ in range(3))
                asked, verified = listen.chance(.8), listen.chance(.97)      # not every caller is asked who they are
                for rater in ("R1", "R2"):              # two raters hear the same call
                    verdict = good if draw.chance(.95) else not good
                    reviews.append([f"V{len(reviews) + 1:05d}", agent, rater, dt.datetime.combine(day, dt.time(16, 0)).isoformat(" "),
                                    "yes" if verdict else "no", "yes" if draw.chance(.9) else "no", call,
                                    "yes" if greeted == listen.chance(.96) else "no",
                                    max(0, listened - (rater == "R2" and listen.chance(.3))),
                                    ("yes" if verified else "no") if asked else "n/a"])
        if number % 3 == 0:
            for agent, *_ in staff:
                training.append([f"T{len(training) + 1:04d}", agent, dt.datetime.combine(start + dt.timedelta(days=9), dt.time(9, 0)).isoformat(" "),
                                 ["call control", "listening", "complaint handling", "card products"][number // 3], "3"])
    # the same record twice (an export overlap): one is kept, the other counted
    contacts.append(list(contacts[-1]))
    # an answer to a contact that nobody logged: counted, credited to no one
    surveys.append([f"S{len(surveys) + 1:06d}", "C999999", "2026-04-20 10:00:00", "5", "9", "5"])
    header = ["contact_id", "agent", "answered_at", "channel", "topic", "wait_seconds", "resolved", "handovers", "proactive", "abusive"]
    for year in ("2025", "2026"):
        write(data / f"contacts-{year}.csv", header, [c for c in contacts if c[2].startswith(year)])
    write(data / "surveys.csv", ["survey_id", "contact_id", "returned_at", "rating", "recommend", "expected"], surveys)
    write(data / "reviews.csv", ["review_id", "agent", "rater", "reviewed_at", "followed_charter", "courteous", "call", "greeted",
                                    "listened", "verified"], reviews)
    write(data / "complaints.csv", ["complaint_id", "contact_id", "received_at", "topic", "severity", "cause"], complaints)
    write(data / "training.csv", ["session_id", "agent", "held_at", "course", "hours"], training)
    write(data / "people.csv", ["id", "name", "role", "contact", "department", "unit", "from", "to"], people)
    evidence = [[person[0], "communicated", "", "2025-05-01", "", "", "charter briefing"] for person in people]
    evidence = [row for i, row in enumerate(evidence) if row[0] not in [r[0] for r in evidence[:i]]]
    evidence += [
        # help was given, its time has passed, and the next months still failed
        ["AG-07", "support", "answer_promptly", "2025-11-01", "2025-12-31", "", "side-by-side coaching"],
        # the same figures would speak against AG-12, but a challenge to the records is open
        ["AG-12", "support", "answer_promptly", "2025-11-01", "2025-12-31", "", "side-by-side coaching"],
        ["AG-12", "dispute", "answer_promptly", "2026-04-10", "", "open", "the call router sent transfers as new calls"],
        ["AG-16", "absence", "", "2026-02-02", "2026-02-20", "", "protected leave"],
    ]
    write(data / "support.csv", ["person", "kind", "standard", "from", "to", "step", "ref"], evidence)


# ---------------------------------------------------------------------------------------------------------------------
# first-charter: forty rows

def first_charter():
    draw = Draw(7)
    rows = []
    for number in range(40):
        person = ["P-01", "P-02"][number % 2]
        day = dt.date(2026, 3, 2) + dt.timedelta(days=number * 28 // 40)
        quick = draw.chance(.98 if person == "P-01" else .55)
        rows.append([f"{number + 1:03d}", person, f"{day} {9 + number % 8:02d}:{draw.whole(0, 59):02d}",
                     draw.whole(1, 4) if quick else draw.whole(6, 30)])
    write(HERE / "first-charter" / "data" / "requests.csv", ["request", "person", "answered_at", "hours_to_answer"], rows)


# ---------------------------------------------------------------------------------------------------------------------
# red-beads: W. E. Deming's bead box: six willing workers, four days, a paddle of 50 beads, 20 % red

def red_beads():
    draw = Draw(1950)
    box = [1] * 800 + [0] * 3200
    rows = []
    for day in range(4):
        for worker in range(1, 7):
            beads = list(box)
            for bead in range(50):                      # a paddle draws without replacement, then the beads go back
                other = draw.whole(bead, len(beads) - 1)
                beads[bead], beads[other] = beads[other], beads[bead]
                rows.append([f"W{worker}", f"2026-03-{2 + day:02d}", bead + 1, "red" if beads[bead] else "white"])
    write(HERE / "red-beads" / "data" / "beads.csv", ["worker", "day", "bead", "colour"], rows)


# ---------------------------------------------------------------------------------------------------------------------
# city-requests: departments and queues that promised a date for each case; some cases are still open

# queue: department, cases a month, days promised, chance to keep the date, chance to be closed at all so far
QUEUES = {
    "Street lamps": ("Public Works", 70, 10, .82, .93),
    "Potholes": ("Public Works", 90, 2, .90, .97),
    "Missed collection": ("Public Works", 110, 1, .78, .98),
    "Graffiti": ("Property", 40, 45, .55, .80),
    "Broken playground": ("Parks", 25, 14, .74, .90),
    "Fallen tree": ("Parks", 45, 3, .86, .95),
    "Noise": ("Inspection", 35, 7, .70, .92),
    "Unsafe building": ("Inspection", 30, 5, .93, .97),
}


def city_requests():
    draw = Draw(311)
    rows, updates = [], []
    for start, end in months(2025, 7, 9):
        for queue, (department, size, days, kept, closed) in QUEUES.items():
            for _ in range(size + draw.whole(-5, 5)):
                opened = dt.datetime.combine(start + dt.timedelta(days=draw.whole(0, (end - start).days - 1)),
                                             dt.time(draw.whole(7, 20), draw.whole(0, 59)))
                promised = draw.chance(.93)
                due = (opened + dt.timedelta(days=days)).replace(hour=17, minute=0) if promised else None
                slack = days * 24 * 60
                took = draw.whole(30, max(60, slack - 600)) if draw.chance(kept) else slack + draw.whole(900, 20 * 24 * 60)
                done = opened + dt.timedelta(minutes=took)
                if not draw.chance(closed) or done >= dt.datetime(2026, 4, 1):
                    done = None
                case = f"{len(updates) + 100001}"
                updates.append(case)
                show = lambda t: t.strftime("%d/%m/%Y %H:%M") if t else ""
                base = [case, show(opened), show(due)]
                # the export holds a row for each change of a case; the last one counts
                rows.append([*base, "", "Open", queue, department, show(opened), 1])
                if done:
                    rows.append([*base, show(done), "Closed", queue, department, show(done), 2])
                elif draw.chance(.03):
                    rows.append([*base, "", "Duplicate", queue, department, show(opened), 2])
    rows.sort(key=lambda r: dt.datetime.strptime(r[7], "%d/%m/%Y %H:%M"))
    write(HERE / "city-requests" / "data" / "cases.csv",
          ["CASE", "OPENED", "PROMISED", "CLOSED", "STATUS", "QUEUE", "DEPARTMENT", "UPDATED", "UPDATE_NO"], rows)


# ---------------------------------------------------------------------------------------------------------------------
# pay-for-performance: reported rates with a threshold, a benchmark and a baseline each, scored in nested groups

P4P = {   # title: threshold, benchmark, spread, lower is better
    "Waiting time": (42.0, 25.0, 9.0, True),
    "First-time fix": (.62, .81, .09, False),
    "Repeat visits": (.18, .07, .05, True),
    "Courtesy": (.71, .88, .07, False),
    "Explanations": (.64, .83, .08, False),
    "Cleanliness": (.68, .86, .08, False),
}


def pay_for_performance():
    draw = Draw(2024)
    header = ["Site", "Site Name"]
    for title in P4P:
        header += [f"{title} Floor", f"{title} Threshold", f"{title} Benchmark", f"{title} Baseline", f"{title} Rate"]
    rows = []
    for number in range(1, 61):
        row = [f"{number:03d}", f"Site {number:03d}"]
        quality = sum(draw.u() for _ in range(4)) / 2 - 1
        for title, (threshold, benchmark, spread, lower) in P4P.items():
            way = -1 if lower else 1
            digits = 1 if threshold > 1 else 4
            rate = (threshold + benchmark) / 2 + way * spread * (quality + draw.u() - .5)
            baseline = rate - way * spread * (draw.u() - .35)
            floor = threshold - way * 2.5 * spread
            shown = lambda x: f"{max(x, 0):.{digits}f}"
            missing = draw.chance(.06)
            row += [shown(floor), shown(threshold), shown(benchmark),
                    "Not Available" if missing or draw.chance(.05) else shown(baseline),
                    "Not Available" if missing else shown(rate)]
        rows.append(row)
    write(HERE / "pay-for-performance" / "data" / "sites.csv", header, rows)
    write(HERE / "pay-for-performance" / "data" / "sites-names.csv", ["id", "name"], [row[:2] for row in rows])


SAMPLES = {
    "contact-centre": contact_centre,
    "first-charter": first_charter,
    "red-beads": red_beads,
    "city-requests": city_requests,
    "pay-for-performance": pay_for_performance,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or SAMPLES:
        SAMPLES[name]()
