"""Forms as markdown tables, small enough to be read beside the test, and what a phone writes of one."""

from io import BytesIO

from openpyxl import Workbook
from pyxform.xls2json_backends import md_table_to_workbook

LISTS = frozenset({"households", "leads", "villages"})
PROPERTIES = {"households": {"rep_name", "village", "phone"}, "leads": {"brief"}}

SETTINGS = """
| settings |
| | form_id | version | form_title | default_language | instance_name | client_editable |
| | screening | 2025010101 | 新户排摸登记 | 中文(zh) | ${rep_name} | yes |
"""
CHOICES = """
| choices |
| | list_name | name | label::中文(zh) |
| | yn | yes | 是 |
| | yn | no | 否 |
| | insur | medical | 医保 |
| | insur | pension | 养老保险 |
"""
ENTITIES = """
| entities |
| | list_name | label |
| | households | ${rep_name} |
"""
SURVEY = """
| survey |
| | type | name | label::中文(zh) | hint::中文(zh) | required | relevant | appearance | save_to | parameters \
| calculation | trigger |
| | start | start | | |
| | end | end | | |
| | today | today | | |
| | deviceid | deviceid | | |
| | username | username | | |
| | audit | | | |
| | select_one_from_file villages.csv | village | 所属村居 | 选一个 | yes | | minimal | village \
| value=code label=title |
| | text | rep_name | **姓名** | | yes | | | rep_name |
| | note | hello | <b>您好</b>，${rep_name} | |
| | begin_group | money | 收入 | | | | field-list |
| | decimal | income_pc | 月人均收入 | | | ${rep_name} != '' |
| | select_multiple insur | insur | 基本社会保障 | |
| | end_group | | | |
| | begin_repeat | member | 成员 | |
| | text | m_name | 成员姓名 | |
| | select_one yn | m_ok | 已核对 | |
| | image | m_photo | 成员照片 | |
| | end_repeat | | | |
| | calculate | id_tail4 | | | | | | | | 'abc' |
| | calculate | was_name | | | | | | | | concat('=', 1) | ${village} |
| | acknowledge | told | 已告知 | |
| | image | photo | 照片 | | | | | | max-pixels=1280 |
| | image | signature | 签名 | | | | signature |
| | geopoint | geo | 位置 | |
"""
FORM = SETTINGS + SURVEY + CHOICES + ENTITIES

INSTANCE = """<?xml version='1.0' ?>
<data id="screening" version="2025010101" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:orx="http://openrosa.org/xforms">
  <start>2025-01-02T09:00:00.000+08:00</start><end>2025-01-02T09:20:00.000+08:00</end><today>2025-01-02</today>
  <deviceid>collect:abc</deviceid><username>小李</username>
  <village>310118101001</village><rep_name> 沈阿大 </rep_name><hello/>
  <money><income_pc/><insur>medical pension</insur></money>
  <member><m_name>沈小妹</m_name><m_ok>yes</m_ok><m_photo>m1.jpg</m_photo></member>
  <member><m_name>沈小弟</m_name><m_ok/><m_photo/></member>
  <id_tail4>0011</id_tail4><was_name>=1</was_name><told>OK</told><photo>照片 1.jpg</photo>
  <geo>31.1 121.1 0 0</geo>
  <meta>
    <entity dataset="households" create="1" id="5a1b0f7e-52f1-4f0e-9a38-6a5a0d1c2b3a"><label>沈阿大</label></entity>
    <audit>audit.csv</audit>
    <instanceID>uuid:7f4f4d4e-0d9c-4a53-9d84-8a7a6f3a4f10</instanceID>
    <instanceName>沈阿大</instanceName>
  </meta>
</data>"""


def md(*sheets: str) -> bytes:
    """One workbook out of several sheets."""
    return "".join(sheets).encode()


def xlsx(markdown: str) -> bytes:
    """The same workbook as an .xlsx file."""
    # The writer of pyxform marks sheets as it goes; going through values makes an ordinary workbook of it.
    book: Workbook = md_table_to_workbook(markdown)
    out = BytesIO()
    book.save(out)
    return out.getvalue()

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]><data id="screening"><a>&lol3;</a></data>"""
