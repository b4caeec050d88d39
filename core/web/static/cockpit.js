/* Charts of the overview, drawn from the numbers of the tables below them; those stay as they are. */

const css = getComputedStyle(document.documentElement);
const colour = (name) => css.getPropertyValue(name).trim();
const rem = parseFloat(css.fontSize);
const looks = [
  { color: colour("--sx-brand"), decal: null, label: "#fff" },
  { color: colour("--sx-bad"), decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: 0.8 }, label: "#fff" },
];

function option({ names, series }) {
  const text = { fontFamily: css.fontFamily, fontSize: rem * 0.8125, color: colour("--sx-ink-2") };
  return {
    animation: false,
    textStyle: text,
    grid: { left: 0, right: rem * 3, top: 0, bottom: series.length > 1 ? rem * 2 : 0, containLabel: true },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true },
    legend: series.length > 1 ? { bottom: 0, textStyle: text } : undefined,
    xAxis: { type: "value", show: false, minInterval: 1 },
    yAxis: { type: "category", inverse: true, data: names, axisLine: { show: false }, axisTick: { show: false }, axisLabel: text },
    series: series.map(({ name, values }, place) => ({
      name,
      type: "bar",
      stack: "all",
      barWidth: "60%",
      data: values,
      itemStyle: { color: looks[place].color, decal: looks[place].decal },
      label: {
        ...text,
        show: true,
        position: series.length > 1 ? "inside" : "right",
        color: series.length > 1 ? looks[place].label : text.color,
        formatter: ({ value }) => (value || series.length === 1 ? String(value) : ""),
      },
    })),
  };
}

if (window.echarts) {
  for (const place of document.querySelectorAll("[data-chart]")) {
    place.hidden = false;
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option(JSON.parse(place.dataset.chart)));
    new ResizeObserver(() => chart.resize()).observe(place);
    place.nextElementSibling.open = false;
  }
}
