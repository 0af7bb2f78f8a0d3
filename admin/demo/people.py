"""The office of the demo: invented names only. Each role of the contract has somebody."""

from dataclasses import dataclass

from casework.officers.roles import Role

COUNTY = "141122"


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    jurisdiction: str = COUNTY


PEOPLE = (
    Person("yue.zhiqiu", "岳知秋", "joint_office", (Role.TRIAGE, Role.INTAKE)),
    Person("su.wanqing", "素晚晴", "joint_office", (Role.INTAKE,)),
    Person("jiang.yihe", "江一禾", "enforcement_brigade", (Role.INVESTIGATOR,)),
    Person("he.lanzhou", "贺兰舟", "enforcement_brigade", (Role.INVESTIGATOR, Role.LIAISON)),
    Person("lu.songyun", "陆松筠", "station_shuiyuguan", (Role.INVESTIGATOR,), "141122103"),
    Person("wen.beichuan", "闻北川", "food_drug_environment_brigade", (Role.INVESTIGATOR,)),
    Person("qi.mingyuan", "祁明远", "food_drug_environment_brigade", (Role.LIAISON,)),
    Person("mu.yunchuan", "沐云川", "joint_office", (Role.LEADER,)),
    Person("ning.wujiu", "宁无咎", "joint_office", (Role.DISCIPLINE,)),
    Person("tao.wangshu", "陶望舒", "joint_office", (Role.REWARD_CLERK,)),
    Person("ji.huaijin", "季怀瑾", "finance_cashier", (Role.REWARD_REVIEWER,)),
    Person("ye.tingxue", "叶听雪", "joint_office", (Role.REWARD_APPROVER,)),
    Person("gu.changgeng", "顾长庚", "finance_cashier", (Role.CASHIER,)),
    Person("bai.shouzhuo", "柏守拙", "joint_office", (Role.KEYHOLDER, Role.FUND_KEYHOLDER)),
    Person("shen.jianzhi", "沈鉴之", "joint_office", (Role.KEYHOLDER, Role.FUND_KEYHOLDER)),
    Person("rong.keji", "容克己", "joint_office", (Role.KEYHOLDER, Role.FUND_KEYHOLDER)),
    Person("cha.shimo", "查时墨", "joint_office", (Role.AUDITOR,)),
    Person("guan.wuyou", "管无忧", "joint_office", (Role.ADMINISTRATOR,)),
)
