"""The drawings: every exercise has its own, anatomically possible, in its frame, and in words."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from assessments.figures import (
    PAGE,
    PAPER,
    Arm,
    Arrow,
    Leg,
    Pose,
    Prop,
    drawing,
    figure_faults,
    strip_of,
    words,
)
from assessments.figures.body import SHIN, THIGH, body_of
from assessments.figures.entries import Figure, complete
from assessments.figures.faults import LIMITS
from assessments.figures.scene import Scene
from assessments.library import library_faults, shipped
from assessments.library.version import Library, fingerprint

LIBRARY = shipped()
FIGURES = LIBRARY.figures
HOME = tuple(f"EX{number:02}" for number in range(1, 52))
GAIT_CUES = ("EX52", "EX53", "EX54")
SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 6_000  # bytes of one strip
COORDINATES = re.compile(r"-?\d+(?:\.\d+)?")

each_figure = pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.exercise)


def drawn(figure, **options):
    return drawing(figure, title="Name", words=words(figure), **options)


def one(exercise="EX01", **changes):
    """A figure of one standing pose."""
    return Figure(exercise=exercise, position="standing", poses=(Pose(),), **changes)


def posed(*poses, **changes):
    return replace(one(**changes), poses=poses)


# --- all of them -------------------------------------------------------------------------------


def test_every_home_exercise_and_gait_cue_has_its_figure():
    assert [figure.exercise for figure in FIGURES] == [*HOME, *GAIT_CUES]


@each_figure
def test_no_joint_bends_as_none_can_and_nothing_is_under_the_floor(figure):
    assert figure_faults(figure) == ()


@each_figure
def test_the_angles_of_every_joint_are_within_what_a_body_can(figure):
    for body in Scene(figure).bodies:
        for side in ("right", "left"):
            assert -0.01 <= body.angles[f"{side}_knee"] <= 150
            assert -0.01 <= body.angles[f"{side}_elbow"] <= 150
            for joint, (least, most) in LIMITS.items():
                assert least - 0.5 <= body.angles[f"{side}_{joint}"] <= most + 0.5, joint


@each_figure
def test_bones_keep_their_length(figure):
    """Reaching for a place never stretches a limb."""
    for body in Scene(figure).bodies:
        for side in ("right", "left"):
            knee = body.points[f"{side}_knee"]
            assert knee.minus(body.points[f"{side}_hip"]).length == pytest.approx(THIGH)
            assert knee.minus(body.points[f"{side}_ankle"]).length == pytest.approx(SHIN)


@each_figure
def test_what_holds_the_body_is_where_the_pose_says(figure):
    for pose, body in zip(complete(figure.poses), Scene(figure).bodies, strict=True):
        assert body.at(pose.pin) == pytest.approx(pose.at, abs=0.01)
        for side in ("right", "left"):
            leg = getattr(pose, f"{side}_leg")
            point = "foot" if leg.ankle is None else "ankle"
            if leg.to:
                assert body.points[f"{side}_{point}"] == pytest.approx(leg.to, abs=1.6)


@each_figure
@pytest.mark.parametrize("look", [PAGE, PAPER], ids=lambda look: look.name)
def test_the_drawing_is_well_formed_and_within_its_frame(figure, look):
    root = ElementTree.fromstring(drawn(figure, look=look))
    left, top, width, height = map(float, root.get("viewBox").split())

    assert (left, top) == (0, 0)
    for path in root.iter(f"{SVG}path"):
        half = 0 if path.get("stroke") == "none" else float(path.get("stroke-width")) / 2
        for x, y in _corners(path.get("d")):
            assert half - 4 <= x <= width - half + 4, path.get("d")
            assert half - 4 <= y <= height - half + 4, path.get("d")


def _corners(way):
    """The absolute points of a path: what follows M, L or Q; relative parts are left out."""
    absolute = re.sub(r"[halcvmz][^A-Z]*", " ", way)
    numbers = [float(each) for each in COORDINATES.findall(absolute)]
    return zip(numbers[::2], numbers[1::2], strict=True)


@each_figure
def test_the_drawing_needs_nothing_the_content_policy_forbids(figure):
    svg = drawn(figure)

    assert "style" not in svg
    assert not re.search(r"\son\w+=|<script|href|url\(", svg)


@each_figure
def test_a_part_has_the_same_name_and_shape_in_every_pose(figure):
    """So that one pose can move to the other; what is only in one has a name of its own."""
    panels = [
        {each.part: each for each in panel.strokes if each.part and "-" not in each.part}
        for panel in strip_of(figure).panels
    ]
    named = [each for each in strip_of(figure).panels[0].strokes if each.part]

    assert len({each.part for each in named}) == len(named)
    for other in panels[1:]:
        for part in panels[0].keys() & other.keys():
            here, there = panels[0][part], other[part]
            assert (here.role, here.way.count("L")) == (there.role, there.way.count("L")), part


def test_a_line_of_the_second_pose_only_is_not_taken_for_another():
    first, second = (
        {each.part for each in panel.strokes}
        for panel in strip_of(LIBRARY.figure_by_exercise["EX35"]).panels
    )

    assert {part for part in second - first if part.startswith("t")} == {"tcue0"}


@each_figure
def test_the_drawing_is_light(figure):
    assert len(drawn(figure).encode()) <= LARGEST


@each_figure
def test_the_drawing_has_a_title_and_a_description_that_are_announced(figure):
    root = ElementTree.fromstring(drawn(figure))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (title.text, description.text) == ("Name", words(figure))


def test_no_two_exercises_share_a_drawing():
    def picture(figure):
        root = ElementTree.fromstring(drawn(figure))
        return tuple(path.get("d") for path in root.iter(f"{SVG}path"))

    assert len({picture(figure) for figure in FIGURES}) == len(FIGURES)


def test_no_two_exercises_are_described_in_the_same_words():
    assert len({words(figure) for figure in FIGURES}) == len(FIGURES)


@each_figure
def test_the_words_say_view_position_and_every_pose_that_changes(figure):
    said = words(figure)

    assert said.startswith("Seen ")
    for number in range(1, len(figure.poses) + 1):
        assert f"Picture {number}: " in said
    assert ("Hold it there." in said) == figure.held


@each_figure
def test_a_drawing_shows_what_works_and_where_it_goes(figure):
    """Something is in colour, and there is an arrow, a cadence or a hold."""
    assert figure.accent
    assert figure.arrows or figure.held or figure.exercise == "EX52"


def test_no_figure_names_its_position_against_its_pose():
    """Who lies on the back lies with the trunk level, who stands has the trunk up."""
    for figure in FIGURES:
        first = complete(figure.poses)[0]
        if figure.position == "lying on the back":
            assert first.lean < -80, figure.exercise
        if figure.position in ("standing", "standing on one leg", "running"):
            assert abs(first.lean) < 45, figure.exercise
        if figure.position in ("lying on the side", "propped on one elbow"):
            assert abs(first.tilt) > 55, figure.exercise


# --- the skeleton ------------------------------------------------------------------------------


def standing(**changes):
    return body_of(complete((Pose(**changes),))[0])


def test_a_standing_body_is_upright_over_its_feet():
    body = standing()

    assert body.points["pelvis"].y == pytest.approx(93)
    assert body.points["head"].x == pytest.approx(0)
    assert body.points["right_ankle"] == pytest.approx((0, 8, 9))
    assert body.angles["right_ankle"] == pytest.approx(0)


def test_a_knee_bends_backward_and_an_elbow_forward():
    body = standing(
        pin="pelvis",
        at=(0, 100, 0),
        right_leg=Leg(knee=90, ankle=0),
        right_arm=Arm(up=0, out=0, elbow=90),
    )

    assert body.points["right_ankle"].x == pytest.approx(-SHIN)
    assert body.points["right_wrist"].x > 20


def test_a_raised_heel_turns_about_the_ball():
    flat, raised = standing(), standing(right_leg=Leg(sole=40))

    assert raised.points["right_ball"] == pytest.approx(flat.points["right_ball"])
    assert raised.points["right_heel"].y > flat.points["right_heel"].y + 8
    assert raised.points["pelvis"].y > flat.points["pelvis"].y


def test_a_placed_foot_gives_the_angles_that_put_it_there():
    by_joints = standing(right_leg=Leg(hip=40, knee=80), lean=20)
    hips = by_joints.points["pelvis"]
    place = (round(hips.x), round(hips.y), round(hips.z))
    by_place = standing(pin="pelvis", at=place, lean=20, right_leg=Leg(to=(0, 0, 9)))

    assert by_place.angles["right_knee"] == pytest.approx(80, abs=2)
    assert by_place.angles["right_hip"] == pytest.approx(40, abs=2)


def test_a_later_pose_says_only_what_differs():
    first, second = complete((Pose(lean=30, right_leg=Leg(knee=50)), Pose(right_leg=Leg(hip=20))))

    assert (second.lean, second.right_leg.knee, second.right_leg.hip) == (30, 50, 20)
    assert first.right_leg.hip == 0


def test_a_joint_given_later_lets_go_of_the_place_given_before():
    _, second = complete((Pose(right_leg=Leg(to=(10, 0, 9))), Pose(right_leg=Leg(hip=20, knee=10))))

    assert second.right_leg.to is None


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pose", "said"),
    [
        (Pose(right_leg=Leg(knee=-20)), "right knee at -20 degrees"),
        (Pose(right_leg=Leg(knee=170, hip=90, ankle=0), pin="left_foot"), "right knee at 170"),
        (Pose(right_arm=Arm(elbow=-10)), "right elbow at -10"),
        (Pose(left_leg=Leg(hip=-60)), "left hip at -60"),
        (Pose(pin="pelvis", at=(0, 80, 0)), "cm under the floor"),
        (Pose(right_leg=Leg(to=(200, 0, 9)), pin="pelvis"), "the right foot is"),
        (Pose(right_arm=Arm(to=(0, 0, 0))), "the right hand is"),
        (Pose(right_arm=Arm(to="tail")), "there is no point tail"),
        (Pose(pin="tail"), "there is no point tail"),
    ],
)
def test_a_pose_no_body_can_take_is_a_fault(pose, said):
    assert any(said in each for each in figure_faults(posed(pose)))


def test_a_figure_without_a_pose_is_a_fault():
    assert figure_faults(posed()) == ("has no pose",)


def test_an_arrow_or_thing_of_a_pose_there_is_not_is_a_fault():
    arrow = one(arrows=(Arrow(of="pelvis", panels=(3,)),))
    thing = one(props=(Prop(kind="box", panels=(2,)),))

    assert figure_faults(arrow) == ("there is no pose 3",)
    assert figure_faults(thing) == ("there is no pose 2",)


def test_an_arrow_of_a_point_there_is_not_is_a_fault():
    assert figure_faults(one(arrows=(Arrow(of="tail"),))) == ("there is no point tail",)


def test_a_foot_that_slides_on_the_floor_is_a_fault_unless_it_is_what_moves():
    poses = (Pose(pin="pelvis", at=(0, 93, 0)), Pose(at=(9, 93, 0)))

    assert "pose 2: right ball slides 9 cm on the floor" in figure_faults(posed(*poses))
    assert figure_faults(posed(*poses, accent=("right_leg", "left_leg"))) == ()


def test_a_foot_that_carries_cannot_be_the_pin_and_be_put_somewhere_too():
    twice = posed(Pose(right_leg=Leg(to=(30, 0, 9))))

    assert figure_faults(twice) == ("there is no point right_foot",)


# --- drawing -----------------------------------------------------------------------------------


def test_a_title_is_text_and_never_markup():
    root = ElementTree.fromstring(drawing(FIGURES[0], title='<b>"&', words="a < b"))

    assert root.find(f"{SVG}title").text == '<b>"&'
    assert root.find(f"{SVG}desc").text == "a < b"


def test_the_same_drawing_twice_on_a_page_has_ids_of_its_own():
    ids = re.compile(r'\bid="([^"]+)"')
    twice = ids.findall(drawn(FIGURES[0])) + ids.findall(drawn(FIGURES[0], mark="-7"))

    assert len(set(twice)) == len(twice) == 4


def test_on_the_page_colours_are_classes_and_on_paper_attributes():
    page, paper = drawn(FIGURES[0]), drawn(FIGURES[0], look=PAPER)

    assert 'class="fig-moving"' in page
    assert "#" not in page
    assert "fig-moving" not in paper
    assert PAPER.colours["moving"] in paper


def test_a_lying_figure_has_its_poses_one_under_the_other():
    def shape(exercise):
        frame = ElementTree.fromstring(drawn(LIBRARY.figure_by_exercise[exercise])).get("viewBox")
        return [float(each) for each in frame.split()[2:]]

    width, height = shape("EX04")  # lying
    assert width < 250
    assert height > 130
    width, height = shape("EX11")  # standing
    assert width > height * 0.8


def test_words_are_translated_piece_by_piece():
    said = words(LIBRARY.figure_by_exercise["EX05"], lambda text: f"«{text}»")

    assert "«one knee straightens to 45 degrees»" in said
    assert "«a chair»" in said
    assert said.startswith("«Seen «from the side»: a person «sitting», with ")


# --- part of the library -----------------------------------------------------------------------


def test_a_version_from_before_the_drawings_is_read_and_keeps_its_fingerprint():
    data = LIBRARY.as_data()
    del data["figures"]
    older = Library.from_data(data)

    assert older.figures == ()
    assert older.as_data() == data
    assert library_faults(older) == []
    assert fingerprint(older) == fingerprint(replace(LIBRARY, figures=()))


def test_a_drawing_is_content_of_its_version():
    first, *rest = FIGURES
    changed = replace(LIBRARY, figures=(replace(first, yaw=10), *rest))

    assert fingerprint(changed) != fingerprint(LIBRARY)
    assert Library.from_data(changed.as_data()).figures == changed.figures


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (one("EX99"), "figures: EX99: no exercise has this id"),
        (posed(Pose(right_leg=Leg(knee=-20))), "figures: EX01: pose 1: right knee at -20 degrees"),
        (FIGURES[1], "figures: EX02: is given twice"),
    ],
    ids=["unknown", "impossible", "twice"],
)
def test_a_version_with_a_faulty_drawing_is_not_published(figure, said):
    rest = FIGURES[1:] if figure.exercise == "EX01" else FIGURES
    faults = library_faults(replace(LIBRARY, figures=(*rest, figure)))

    assert any(str(each).startswith(said) for each in faults)
