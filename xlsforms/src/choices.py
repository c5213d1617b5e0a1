"""Choice lists: list name -> code -> label. Codes are what the server reads; never re-use or rename one."""

TOWNS = {
    "310118001": "夏阳街道", "310118002": "盈浦街道", "310118003": "香花桥街道", "310118102": "朱家角镇",
    "310118103": "练塘镇", "310118104": "金泽镇", "310118105": "赵巷镇", "310118106": "徐泾镇",
    "310118107": "华新镇", "310118109": "重固镇", "310118110": "白鹤镇",
}

CHOICES: dict[str, dict[str, str]] = {
    "yes_no": {"yes": "是", "no": "否"},
    "yes_no_unsure": {"yes": "是", "no": "否", "unsure": "说不准"},
    "late": {
        "no_phone": "当天没带手机或手机没电",
        "paper": "先记在纸上，今天补录",
        "no_time": "当天没来得及",
        "other": "其他原因",
    },
    # People and papers (domain C-3, D.2)
    "id_type": {
        "resident": "居民身份证",
        "hmt_residence": "港澳台居民居住证",
        "foreign_pr": "外国人永久居留身份证",
        "permit": "来往内地（大陆）通行证",
        "passport": "护照",
        "none": "没有证件，或这次没看到",
    },
    "id_keep": {
        "on_card": "证件上就是这样写的",
        "not_seen": "没看到原件，听说或照片上抄的",
        "old_card": "老证件",
        "other": "其他原因",
    },
    "sex": {"male": "男", "female": "女"},
    "dup": {
        "same": "是同一人（改填「入户探访」）",
        "different": "不是同一人，继续登记",
        "unsure": "说不准，继续登记，请审核员看",
    },
    "hukou": {
        "same_town": "本街镇",
        "other_town": "本区其他街镇",
        "other_district": "本市其他区",
        "other_province": "外省市",
        "hmt": "港澳台",
        "foreign": "外籍",
    },
    "towns": TOWNS,
    "relation": {
        "spouse": "配偶", "child": "子女", "child_in_law": "儿媳/女婿", "parent": "父母", "parent_in_law": "公婆/岳父母",
        "grandparent": "祖父母/外祖父母", "grandchild": "孙子女/外孙子女", "sibling": "兄弟姐妹", "other": "其他",
    },
    "age_band": {
        "u7": "7岁以下", "a7_15": "7—15岁", "a16_59": "16—59岁", "a60_79": "60—79岁", "a80": "80岁及以上",
    },
    "member_tags": {
        "student": "在读学生",
        "disabled": "残疾",
        "serious_ill": "重病或长期病",
        "no_self_care": "生活不能自理",
        "jobless": "失业",
        "nonlocal_spouse": "非本市户籍配偶",
        "stepchild": "继子女（非本市户籍）",
    },
    "member_what": {"joined": "新增一人", "left": "有人离开", "corrected": "更正一人的信息"},
    "left_why": {
        "died": "去世", "married": "婚嫁", "moved": "外出居住或分户", "institution": "入住机构或服刑", "other": "其他",
    },
    # Living (domain B.3)
    "insur": {
        "pension_worker": "城镇职工养老", "pension_resident": "城乡居民养老", "medical_worker": "职工医保",
        "medical_resident": "居民医保", "unemployment": "失业保险", "disability_allowance": "残疾补贴（两项补贴）",
        "ltc": "长护险", "none": "都没有", "other": "其他",
    },
    "in_relief": {
        "no": "没有，也没申请过", "applying": "正在申请", "in": "已纳入", "ended": "曾纳入，已终止", "refused": "申请过，没通过",
    },
    # 家庭基本保障: the notice's closed choice of four
    "programme": {
        "dibao": "低保家庭", "tekun": "特困供养对象", "zhongcan": "重残无业对象", "zhichu": "因病支出型家庭",
    },
    "willing": {"yes": "有意愿", "no": "没有意愿", "unsure": "还没想好"},
    "able": {"full": "自己能办", "partial": "要人帮一把", "none": "办不了，要协助申请"},
    "aware": {"yes": "清楚", "partly": "知道一点", "no": "不知道"},
    # Who is looked for (notice 一.1, 一.4)
    "vuln6": {
        "lonely_elder": "孤寡老人", "child": "困境儿童", "disabled": "残疾人", "serious_ill": "重病患者",
        "jobless": "失业者", "immobile": "生活不能自理（行动不便）者",
    },
    "focus6": {
        "separated": "处于低保边缘的人户分离家庭",
        "migrant": "生活无着外省来沪务工人员",
        "weak_labour": "弱劳动能力家庭",
        "nonlocal_spouse": "低保家庭的非本市户籍配偶与继子女",
        "drug_prison": "有吸毒或服刑人员的家庭",
        "emergency": "遇到急难事项或意外事故的家庭",
    },
    "watch": {"margin": "低保边缘人口", "expense": "支出型困难群众"},
    "needs": {
        "medical": "医疗", "education": "教育", "housing": "住房", "job": "就业", "care": "照护", "mental": "心理",
        "goods": "物资", "motivation": "内生动力", "other": "其他",
    },
    "selfhelp": {"strong": "较强，能慢慢好起来", "fair": "一般", "weak": "不足，主要靠救助"},
    "grade": {"A": "重点（每月）", "B": "关注（每季度）", "C": "一般（每半年）"},
    # Visits
    "scope": {"due": "今天该走的", "all": "全部"},
    "kind_pick": {
        "auto": "按系统判断",
        "daily": "日常走访",
        "return": "回访（退出保障后）",
        "urgent": "急难处置",
        "check": "督查入户（不计作走访）",
    },
    "result": {
        "met_person": "见到本人", "met_family": "见到家属", "phone": "电话或视频联系上了", "not_home": "不在家",
        "refused": "拒访", "hospital": "住院", "moved": "已搬离", "dead": "已去世", "not_found": "查无此人",
    },
    "moved_to": {
        "same_town": "本街镇其他村居", "other_town": "本区其他街镇", "other_district": "本市其他区",
        "other_province": "外省市", "unknown": "不清楚",
    },
    "heard_from": {"family": "家属", "neighbour": "邻居", "committee": "村居委会", "police": "派出所", "other": "其他"},
    "changed": {
        "income": "收入", "members": "人口", "addr": "住址", "phone": "电话", "health": "健康", "job": "就业",
        "relief": "救助状态", "none": "都没变",
    },
    "job": {
        "employed": "有固定工作", "flexible": "灵活就业或打零工", "jobless": "失业", "retired": "退休",
        "student": "在读", "unable": "无劳动能力",
    },
    "trend": {"worse": "加重", "same": "持平", "better": "减轻"},
    "help_given": {
        "policy": "讲解政策", "assist": "协助申请", "goods": "送物资", "money": "送慰问金", "escort": "陪同就医或办事",
        "mental": "心理疏导", "care": "生活照料", "link": "联系资源", "other": "其他", "none": "这次没有",
    },
    "stable_income": {"stable": "稳定", "unstable": "不稳定", "none": "没有收入"},
    "income_source": {"job": "就业", "business": "经营", "pension": "养老金", "other": "其他"},
    "integration": {"good": "良好", "fair": "一般", "poor": "较差"},
    "check_match": {"same": "一致", "mostly": "基本一致", "different": "不一致"},
    # Leads (notice 三.2, 三.3, 三.5)
    "source": {
        "neighbour": "邻居", "volunteer": "志愿者", "block_head": "楼组长", "property": "物业", "grid": "网格员巡查",
        "window": "窗口主动询问", "hotline": "热线信访", "data": "数据比对", "self": "本人求助", "other": "其他",
    },
    "service_line": {
        "civil": "民政", "police": "公安", "hrss": "人社", "medical_insurance": "医保", "health": "卫健",
        "housing": "住建", "grain": "粮食", "union": "总工会", "disabled": "残联",
    },
    "centres": {code: f"{name}社区事务受理服务中心" for code, name in TOWNS.items()},
    "event": {
        "fire": "火灾", "traffic": "交通事故", "illness": "突发重大疾病", "other": "其他突发、紧迫、临时的困难",
    },
    "aid_now": {
        "money": "现金", "goods": "食品衣被等物资", "shelter": "转移安置", "hospital": "送医", "other": "其他", "none": "还没有",
    },
    # Referrals (notice 四)
    "mode": {"new": "新办一件", "continue": "接着办一件"},
    "referral_kind": {
        "assist": "协助申请", "medical": "专项·医疗", "education": "专项·教育", "housing": "专项·住房",
        "job": "专项·就业", "disabled": "福利·残疾人", "child": "福利·儿童关爱", "social": "社会资源",
        "bridge": "桥计划", "purchased": "政府购买服务", "charity": "慈善帮扶", "urgent_aid": "救急难",
        "separated": "人户分离协同",
    },
    "service": {
        "counselling": "心理疏导", "human_care": "人文关怀", "goods": "物资援助", "advice": "专业咨询",
        "integration": "社会融入", "mental_health": "心理健康指导", "skills": "技能培养", "regular_visit": "定期探访",
        "escort": "医疗陪同", "daily_care": "日常生活照顾", "tutoring": "学业辅导", "career": "职业引导",
    },
    "state": {
        "suggested": "建议（还没联系）", "contacted": "已联系", "accepted": "已受理", "linked": "已衔接", "done": "已办结",
        "failed": "未成功", "dropped": "放弃",
    },
    "aid_kind": {"none": "没有发放", "money": "资金", "goods": "物资", "service": "服务"},
    "outcome": {"better": "有改善", "same": "无变化", "worse": "变差"},
    "stars": {"5": "很满意", "4": "满意", "3": "一般", "2": "不太满意", "1": "不满意"},
}
