"""Answers as a screen draws them: the form's order and labels, personal data masked."""

from forms.fields import Choice, Field
from forms.read import Answers, Part
from server.desk.answers import Line, draw_answers

FIELDS = (
    Field("who", "who", "group", label="对象"),
    Field("who/rep_name", "rep_name", "text", label="姓名"),
    Field("who/id_no", "id_no", "text", label="${rep_name}的身份证号"),
    Field("who/seen", "seen", "note", label="提示"),
    Field("more", "more", "group", label="没问到的一组"),
    Field("more/x", "x", "text", label="没问到"),
    Field("kin", "kin", "repeat", label="家庭成员"),
    Field("kin/m_name", "m_name", "text", label="姓名", repeat="kin"),
    Field("kin/m_tags", "m_tags", "select_multiple", label="特征", repeat="kin",
          choices=(Choice("student", "在读学生"), Choice("disabled", "残疾"))),
    Field("needs", "needs", "select_multiple", label="需求", choices=(Choice("job", "就业"), Choice("care", "照护"))),
    Field("policy", "policy", "select_one", label="政策", from_file="policies.csv"),
    Field("health", "health", "text", label="健康"),
    Field("geo", "geo", "geopoint", label="位置"),
    Field("photo", "photo", "image", label="照片"),
    Field("at", "at", "dateTime", label="时间"),
    Field("calc", "calc", "calculate", label="算出来的"),
)
SAID = Answers(
    values={"rep_name": "张三丰", "id_no": "319999195001010011", "needs": "care job", "policy": "dibao",
            "health": "糖尿病", "geo": "31.15 121.05 4 12",
            "photo": "a.jpg", "at": "2024-08-03T10:00:00.000+08:00", "calc": "7"},
    repeats={"kin": (Part({"m_name": "张小宝", "m_tags": "student"}), Part({}))},
)


def drawn(*, reveals: bool = False, sensitive: bool = True) -> dict[str, Line]:
    lines = draw_answers(SAID, FIELDS, reveals=reveals, sensitive=sensitive, named=lambda file, code: f"{file}:{code}")
    return {line.label: line for line in lines}


def test_order_and_labels_are_the_forms() -> None:
    assert " ".join(drawn()) == "对象 姓名 张三丰的身份证号 家庭成员 需求 政策 健康 位置 照片 时间"


def test_choices_are_read_as_the_worker_read_them() -> None:
    assert drawn()["需求"].text == "照护、就业"
    assert drawn()["政策"].text == "policies.csv:dibao"
    assert drawn()["时间"].text == "2024-08-03 10:00"
    assert drawn()["位置"].text == "北纬 31.15000°  东经 121.05000°（误差约 12 米）"


def test_personal_data_are_masked_until_asked_for() -> None:
    assert drawn()["张三丰的身份证号"].text == "319999********0011"
    assert drawn(reveals=True)["张三丰的身份证号"].text == "319999195001010011"


def test_illness_is_for_those_who_may() -> None:
    line = drawn(sensitive=False, reveals=True)["健康"]
    assert (line.text, line.hidden) == ("按岗位不显示", True)


def test_repeats_are_rows_of_lines_and_empty_rows_are_left_out() -> None:
    rows = drawn()["家庭成员"].rows
    assert [[(part.label, part.text) for part in row] for row in rows] == [[("姓名", "张小宝"), ("特征", "在读学生")]]
