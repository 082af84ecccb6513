"""The shortest honest ways through the first part: every question answered, then sent."""


def none_of_these(phone):
    for step in ("safety-1", "safety-2", "safety-3"):
        phone.press(f"{step}.none", "1")


def pain(phone):
    phone.tap("nprs_now", "2")
    phone.tap("nprs_worst_7d", "5")
    phone.tap("nprs_avg_7d", "3")
    phone.tap("settle_minutes", "30")
    phone.tap("next_morning_worse", "no")
    phone.press()


def where(phone, side="R"):
    phone.tap("affected_side", side)
    phone.tap("pain_location", "behind_patella")
    phone.press()


def rate(phone, *triggers):
    for trigger in triggers:
        phone.tap(f"triggers.{trigger}", "4")
    phone.press()


def start(phone):
    phone.tap("onset_type", "gradual")
    phone.type("symptom_duration_weeks", "3")
    phone.tap("symptom_duration_weeks.unit", "months")
    phone.tap("symptom_course", "static")
    phone.press()


def goals(phone):
    phone.type("psfs_name.1", "Stairs at work")
    phone.tap("psfs.1", "4")
    phone.tap("goal_pick", "13")
    phone.press()


def agree_and_send(phone):
    phone.tap("agree-treatment", "1")
    phone.press()


ALL_DO = (
    "stairs_up",
    "stairs_down",
    "squatting",
    "prolonged_sitting",
    "rising_from_chair",
    "walking",
)


def walk_as_non_runner(phone, address):
    phone.open(f"{address}intake/")
    none_of_these(phone)
    where(phone)
    pain(phone)
    phone.tap("sports", "walking")
    phone.press()
    rate(phone, *ALL_DO)
    start(phone)
    phone.tap("load-other_load_spike.none", "1")
    phone.tap("shoe_fit_ok", "yes")
    phone.press()
    goals(phone)
    agree_and_send(phone)


def walk_as_runner(phone, address):
    phone.open(f"{address}intake/")
    none_of_these(phone)
    where(phone)
    pain(phone)
    phone.tap("sports", "running")
    phone.press()
    rate(phone, *ALL_DO, "running", "downhill")
    start(phone)
    phone.tap("run_status", "running_modified")
    phone.type("usual_week_km", "25")
    phone.type("peak_week_km", "36")
    phone.tap("load-other_load_spike.none", "1")
    phone.tap("shoe_fit_ok", "yes")
    phone.press()
    goals(phone)
    agree_and_send(phone)
