"""Where the apps above are found. Clinics link to these addresses, so they do not change.

The clinic's own pages and menus lead there without knowing the apps that answer.
"""

API = "/api/"
BOOK = "/book/"
CALLBACK = "/callback/"
CHART = "/chart/"
CHART_PATIENTS = "/chart/patients/"
FIRST_DAY = "/admin/first-day/"
MY_PLAN = "/me/plan/"

FOR_TEMPLATES = {
    "api": API,
    "book": BOOK,
    "callback": CALLBACK,
    "chart": CHART,
    "chart_patients": CHART_PATIENTS,
    "first_day": FIRST_DAY,
}
