"""Words of maps and tables in traditional script, compared with those in simplified script.

Only the characters of layer names, field names, units and classes: names of places stay as they are written.
"""

from __future__ import annotations

_TRADITIONAL = (
    "區戶數邊積築樓棟層寬橋樑標識類級構綠車場費滿業務單產項號編碼稱辦處圍範廣農貿學醫養環衛護隊電燈設"
    "備線幹連運輸鐵軌鄉鎮縣東門國縱橫導頭館廠倉庫機關開發總計萬畝頃裏裡間當現狀態資質圖斷舊聯繫話時歷"
    "劃規種無與為從後這個們來對員黨組織莊灣島灘澤濕溝壩離籬牆欄柵塊維權讓歸屬隸會樁紅藍黃齡齊臺階輛寶"
    "價鄰閘廢據實際測點約餘億幣圓長兩陸複復雜園體綜條衚衕岡嶺巖溫漁鹽礦軍監獄禮廟聖墳殯儀靈專營詳優評"
    "訪執隱險責負債繳納額銀結戰註記錄冊檔報變動進達過還選遠遷鋪鋼錢鏈闊陽陰雲難霧靜韓順預領頻顯風飛馬"
    "駐驗魚鳥麗龍統準稅問題況經內壓術擔縫潔掃緯擁節見證續簽訂終網協議補貼"
)
_SIMPLIFIED = (
    "区户数边积筑楼栋层宽桥梁标识类级构绿车场费满业务单产项号编码称办处围范广农贸学医养环卫护队电灯设"
    "备线干连运输铁轨乡镇县东门国纵横导头馆厂仓库机关开发总计万亩顷里里间当现状态资质图断旧联系话时历"
    "划规种无与为从后这个们来对员党组织庄湾岛滩泽湿沟坝离篱墙栏栅块维权让归属隶会桩红蓝黄龄齐台阶辆宝"
    "价邻闸废据实际测点约余亿币圆长两陆复复杂园体综条胡同冈岭岩温渔盐矿军监狱礼庙圣坟殡仪灵专营详优评"
    "访执隐险责负债缴纳额银结战注记录册档报变动进达过还选远迁铺钢钱链阔阳阴云难雾静韩顺预领频显风飞马"
    "驻验鱼鸟丽龙统准税问题况经内压术担缝洁扫纬拥节见证续签订终网协议补贴"
)
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(text: str) -> str:
    """Return a text with the characters of maps and tables in simplified script.

    Examples
    --------
    >>> simplified("小區邊界"), simplified("戶數"), simplified("建築面積")
    ('小区边界', '户数', '建筑面积')
    """
    return text if text.isascii() else text.translate(_TABLE)
