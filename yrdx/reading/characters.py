"""Characters that mean others: radicals, dots, traditional forms of what is written simplified."""

from __future__ import annotations

import unicodedata

import polars as pl

_RADICALS = {
    chr(point): unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)
}
# The radicals supplement has no decompositions in Unicode: PDF and some fonts leave these behind.
_SUPPLEMENT = dict(
    zip(
        "⺀⺁⺄⺅⺆⺇⺈⺉⺋⺌⺍⺎⺏⺐⺒⺓⺔⺖⺘⺙⺛⺝⺟⺠⺡⺣⺤⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺵⺶⺷⺸⺹⺺⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "冫厂乙亻冂几刀刂卩小小尢尢尣巳幺彑忄扌攵旡月母民氵灬爫牛犭王疋目示礻竹糸纟罓网羊羊羊老聿肉臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_DOTS = {"・": "·", "•": "·", "‧": "·", "∙": "·", "･": "·"}
UNIFIED = {**_RADICALS, **_SUPPLEMENT, **_DOTS}
"""Compatibility form → the character that is meant, whatever the text."""

TRADITIONAL = dict(
    zip(
        "臺灣內蘇滬縣區國鄉鎮華寧紹興溫麗揚連雲鹽無錫馬銅蕪東廣龍鳳長門開關陽陰陳張劉楊趙吳孫許葉鄭錢"
        "學職業術專電機農醫藥師範校鐵銀鋼車輕軟輸運達遠進遼邊郵財貿貴資質購費計設訓語調講識譯護證變"
        "讀書畫藝節莊萬蘭處號衛裝製見規視覽覺觀訊詢認論課誠豐貝負責員團園圖圓聖場塊墾壇壓壯夢婦實寶"
        "將對導層島嶺幫廠廳強彈從愛慶應懷戰戲戶擇據擴數斷時會條標樂樓樞樣樹橋檢權歐歷氣決沒測湯滿漁"
        "潔澤濟濱災為烏熱營爾牆獎獨環現產畢異當療發監盤礦禮種稅穩競筆築紅紡紙級細組經綜綠網維緣線編"
        "練縮績織繪繼續羅義習聯聲聽腦膠臨舊艦蔣薩訂頁頂項順預領頭題類飛飯飲館駐驗體鮮鳥鴻黃點齊齡"
        "峯羣裏衆滙",
        "台湾内苏沪县区国乡镇华宁绍兴温丽扬连云盐无锡马铜芜东广龙凤长门开关阳阴陈张刘杨赵吴孙许叶郑钱"
        "学职业术专电机农医药师范校铁银钢车轻软输运达远进辽边邮财贸贵资质购费计设训语调讲识译护证变"
        "读书画艺节庄万兰处号卫装制见规视览觉观讯询认论课诚丰贝负责员团园图圆圣场块垦坛压壮梦妇实宝"
        "将对导层岛岭帮厂厅强弹从爱庆应怀战戏户择据扩数断时会条标乐楼枢样树桥检权欧历气决没测汤满渔"
        "洁泽济滨灾为乌热营尔墙奖独环现产毕异当疗发监盘矿礼种税稳竞笔筑红纺纸级细组经综绿网维缘线编"
        "练缩绩织绘继续罗义习联声听脑胶临旧舰蒋萨订页顶项顺预领头题类飞饭饮馆驻验体鲜鸟鸿黄点齐龄"
        "峰群里众汇",
        strict=True,
    )
)
"""Traditional or variant form → the standard one; only forms that are never standard themselves."""
TRADITIONAL = {old: new for old, new in TRADITIONAL.items() if old != new}

OF_HEADERS = TRADITIONAL | dict(
    zip(
        "碼單別稱錄統賽狀態參務雙辦崗脫間養總貫額報際個屬備緊屆結鏈積轉評輪牽試儀來勵踐隊協冊舉給頒議蓋徑況動獲"
        "終簽詳譜創說綴選檔階記譽榮撥啟隸",
        "码单别称录统赛状态参务双办岗脱间养总贯额报际个属备紧届结链积转评轮牵试仪来励践队协册举给颁议盖径况动获"
        "终签详谱创说缀选档阶记誉荣拨启隶",
        strict=True,
    )
)
"""Traditional form → the standard one, of all that stands in the titles of the contracts."""

_DASHES = "‐‑‒–—―−－"
_LIKE_X = "Хх✕✖"
"""Cyrillic letters and crosses that stand for the X of an ID number or a code."""


def latin_x(text: pl.Expr) -> pl.Expr:
    """X for what looks like it: the number pads of Chinese keyboards and fonts offer them all."""
    return text.str.replace_many(list(_LIKE_X), ["X"])


def half_width(text: pl.Expr) -> pl.Expr:
    """NFKC, and the dashes and look-alikes of X that it leaves alone."""
    dashes = text.str.normalize("NFKC").str.replace_many(list(_DASHES), ["-"])
    return latin_x(dashes)
