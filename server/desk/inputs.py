"""All HTML forms of the desk. (A *form* in this house is the phone's; the desk has *inputs*.)"""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from server.accounts.kinds import Role
from server.areas.models import Area
from server.oversight.kinds import FeedbackKind
from sync.urls import may_be_called


class LoginInput(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或密码不对，请重新输入（区分大小写）。",
        "inactive": "这个账号已停用，请联系系统管理员。",
    }


class PasswordInput(PasswordChangeForm):
    """Own password: the old one once, the new one twice."""


class FeedbackInput(forms.Form):
    kind = forms.ChoiceField(label="类型", choices=FeedbackKind.choices)
    text = forms.CharField(label="内容", max_length=2000, widget=forms.Textarea,
                           help_text="请勿填写救助对象的姓名、身份证号、电话；可写提交编号。")
    page = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)


class AnswerInput(forms.Form):
    text = forms.CharField(label="答复", max_length=2000, widget=forms.Textarea)


class PublishInput(forms.Form):
    file = forms.FileField(label="XLSForm 表单文件",
                           help_text="扩展名 .xlsx，不超过 5 MB。发布后不可更改，只能再发布新版本。")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError("请选择 .xlsx 文件；旧的 .xls 文件请先另存为 .xlsx。")
        if file.size > 5 * 1024 * 1024:
            raise forms.ValidationError("文件超过 5 MB，请检查是否选错了文件。")
        return file


class ManyFiles(forms.FileField):
    """One file or several, as a list."""

    widget = type("ManyFilesWidget", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFiles, self).clean(one, initial) for one in files]


class ImportInput(forms.Form):
    """Today's tables of a 街镇: the four in one workbook, or a file each."""

    MOST_FILES, MOST_BYTES = 12, 20 * 1024 * 1024

    town = forms.ChoiceField(label="街镇")
    month = forms.RegexField(
        r"^20\d{2}-(0[1-9]|1[0-2])$", label="表是哪个月的", widget=forms.TextInput(attrs={"type": "month"}),
        error_messages={"invalid": "月份请写成 2024-08 的样子。"},
    )
    tables = ManyFiles(
        label="表一至表四",
        help_text="四张表在一个文件里或各一个文件都可以；.xlsx、.xls、.csv。原表不用整理：先试读，看过报告再确认导入。",
    )

    def __init__(self, *args: Any, towns: list[tuple[str, str]], latest: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest
        self.fields["town"].choices = towns  # type: ignore[attr-defined]
        self.fields["month"].widget.attrs["max"] = latest

    def clean_month(self) -> str:
        month = str(self.cleaned_data["month"])
        if month > self.latest:
            raise forms.ValidationError("这个月还没有到。")
        return month

    def clean_tables(self) -> list[Any]:
        files = self.cleaned_data["tables"]
        if len(files) > self.MOST_FILES or sum(file.size for file in files) > self.MOST_BYTES:
            raise forms.ValidationError(f"一次最多 {self.MOST_FILES} 个文件、合计 20 MB。")
        return list(files)


class PersonInput(forms.Form):
    """A new account. The roles and areas on offer depend on who creates it."""

    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{3,30}$", label="用户名", help_text="字母、数字、点、横线，3 至 30 位。",
        error_messages={"invalid": "用户名只能用字母、数字、点和横线，3 至 30 位。"},
    )
    name = forms.CharField(label="姓名", max_length=50)
    role = forms.ChoiceField(label="岗位")
    area = forms.ModelChoiceField(label="管辖范围", queryset=Area.objects.none())

    def __init__(self, *args: Any, roles: list[Role], areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if not may_be_called(username):  # his phone may have it in its address
            raise forms.ValidationError("这个用户名与系统网址重名，请换一个。")
        return username


class ReasonInput(forms.Form):
    """A decision that needs words."""

    reason = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
                             error_messages={"required": "请写明原因，对方会看到。"})
