// Small behaviours on top of pages that work without them. No inline code, no outside request.
(function () {
  'use strict';
  var root = document.documentElement;
  root.classList.add('js');

  function each(list, fn) { Array.prototype.forEach.call(list, fn); }
  function all(selector, within) { return (within || document).querySelectorAll(selector); }

  // Selects of the scope control and of filters apply at once; a wider choice clears the narrower ones.
  function autoSubmit(form) {
    form.addEventListener('change', function (e) {
      var level = e.target.getAttribute('data-level');
      if (level !== null) {
        each(all('select[data-level]', form), function (s) {
          if (+s.getAttribute('data-level') > +level) { s.value = ''; }
        });
      }
      each(form.elements, function (x) { if (x.name && x.value === '') { x.disabled = true; } });
      form.submit();
    });
  }

  // Menus close on Escape and on a click elsewhere.
  function closeMenus(except) {
    each(all('details[data-menu][open]'), function (d) { if (d !== except) { d.open = false; } });
  }
  document.addEventListener('click', function (e) {
    closeMenus(e.target.closest && e.target.closest('details[data-menu]'));
  });

  // Keyboard: / search, g + letter sections, ? list, arrows between the same column's links.
  var waiting = 0;
  function typing(el) { return /^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName) || el.isContentEditable; }
  function arrow(el, step) {
    var cell = el.closest('td,th');
    var row = cell && cell.parentNode;
    if (!row) { return false; }
    var at = Array.prototype.indexOf.call(row.children, cell);
    for (row = step > 0 ? row.nextElementSibling : row.previousElementSibling; row; row = step > 0 ? row.nextElementSibling : row.previousElementSibling) {
      var link = row.children[at] && row.children[at].querySelector('a,button,select,input');
      if (link) { link.focus(); return true; }
    }
    return false;
  }
  document.addEventListener('keydown', function (e) {
    if (e.key === 'Escape') { closeMenus(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) { return; }
    if (dayKey(e)) { e.preventDefault(); return; }
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      if (arrow(e.target, e.key === 'ArrowDown' ? 1 : -1)) { e.preventDefault(); }
    } else if (e.key === '/') {
      var box = document.querySelector('[data-search]');
      if (box) { e.preventDefault(); box.focus(); box.select(); }
    } else if (e.key === '?') {
      openDialog('keys');
    } else if (waiting && Date.now() - waiting < 1500) {
      waiting = 0;
      var link = document.querySelector('a[data-go="' + e.key.replace(/["\\]/g, '') + '"]');
      if (link) { e.preventDefault(); link.click(); }
    } else if (e.key === 'g') {
      waiting = Date.now();
    }
  });
  function openDialog(id) {
    var d = document.getElementById(id);
    if (d && d.showModal && !d.open) { d.showModal(); }
  }

  // The strip of days: arrows move through the days, the reason of the day stands below.
  function dayOf(el) { return el && el.closest ? el.closest('[data-strip] td[title]') : null; }
  function explain(e) {
    var cell = dayOf(e.target);
    if (cell) { cell.closest('[data-strip]').querySelector('[data-strip-reason]').textContent = cell.title; }
  }
  document.addEventListener('mouseover', explain);
  document.addEventListener('focusin', explain);
  document.addEventListener('click', function (e) {
    var cell = dayOf(e.target);
    if (cell) { enterDay(cell); }
  });
  function enterDay(cell) {
    each(all('td[tabindex="0"]', cell.closest('[data-strip]')), function (x) { x.tabIndex = -1; });
    cell.closest('details').open = true;
    cell.tabIndex = 0;
    cell.focus();
  }
  // A day is found by place in the list of days, so that the end of a month leads to the next one; up and down go by month.
  function dayKey(e) {
    var cell = dayOf(e.target);
    if (!cell) { return false; }
    var days = Array.prototype.slice.call(all('td[title]', cell.closest('[data-strip]')));
    var at = days.indexOf(cell), to = -1;
    if (e.key === 'ArrowRight') { to = at + 1; }
    if (e.key === 'ArrowLeft') { to = at - 1; }
    if (e.key === 'Home') { to = 0; }
    if (e.key === 'End') { to = days.length - 1; }
    if (e.key === 'ArrowUp' || e.key === 'ArrowDown') {
      var step = e.key === 'ArrowDown' ? 1 : -1;
      var rows = Array.prototype.slice.call(all('tbody tr', cell.closest('[data-strip]')));
      var row = rows[rows.indexOf(cell.parentNode) + step];
      var other = row && row.children[cell.cellIndex];
      if (other && !other.title) { other = days[step > 0 ? days.length - 1 : 0]; }
      to = other ? days.indexOf(other) : -1;
    }
    if (to >= 0 && to < days.length) { enterDay(days[to]); return true; }
    return /^(Arrow|Home$|End$)/.test(e.key);
  }

  // A slider beside a number moves it and follows it; with an empty number it stands where none is wished.
  document.addEventListener('input', function (e) {
    var to = e.target.getAttribute('data-slide');
    if (to) { document.getElementById(to).value = e.target.value; return; }
    var slider = e.target.id && document.querySelector('[data-slide="' + e.target.id + '"]');
    if (slider) { slider.value = e.target.value || slider.getAttribute('data-none'); }
  });

  // Charts.
  var drawn = [];
  function color(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }
  function option(c, width) {
    var ink = color('--ink'), soft = color('--soft'), line = color('--line');
    var plots = [color('--plot-1'), color('--plot-2'), color('--plot-3')];
    var symbols = ['circle', 'rect', 'triangle'];
    var suffix = c.suffix || '';
    var bars = 0;
    var series = c.series.map(function (s, i) {
      var tone = plots[i % plots.length];
      var bar = s.kind === 'bar';
      if (bar) { bars++; }
      return {
        name: s.name, type: s.kind, data: s.points.map(function (p) { return p.v === null ? '-' : p.v; }),
        itemStyle: bar && bars === 2 ? { color: color('--paper'), borderColor: tone, borderWidth: 1.5 } : { color: tone },
        lineStyle: { color: tone, width: 2 },
        symbol: symbols[i % 3], symbolSize: 6, showSymbol: s.points.length <= 40, connectNulls: false,
        barMaxWidth: 18, barGap: '10%', cursor: 'pointer', animation: false,
        endLabel: bar || c.series.length === 1 ? undefined : { show: true, formatter: s.name, color: tone, fontWeight: 600, distance: 8 }
      };
    });
    if (c.low !== undefined || c.high !== undefined) {
      series[0].markArea = { silent: true, itemStyle: { color: color('--band') }, label: { show: true, position: 'insideTopLeft', color: soft }, data: [[{ name: c.band || '', yAxis: c.low === undefined ? 'min' : c.low }, { yAxis: c.high === undefined ? 'max' : c.high }]] };
      series[0].markLine = { silent: true, symbol: 'none', label: { formatter: function (p) { return p.value + suffix; }, color: soft }, lineStyle: { type: 'dashed', color: soft }, data: [c.low, c.high].filter(function (x) { return x !== undefined; }).map(function (x) { return { yAxis: x }; }) };
    }
    return {
      animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
      grid: { left: 12, right: c.series.length === 1 ? 24 : width < 500 ? 44 : 72, top: 26, bottom: 8, containLabel: true },
      tooltip: {
        trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'line', lineStyle: { color: soft } },
        backgroundColor: color('--paper'), borderColor: color('--line-strong'), textStyle: { color: ink, fontSize: 13 },
        formatter: function (ps) {
          var i = ps[0].dataIndex;
          return [c.labels[i]].concat(c.series.map(function (s) { return s.name + '  ' + s.points[i].t; })).join('\n');
        }
      },
      xAxis: { type: 'category', data: c.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: color('--line-strong') } }, axisLabel: { color: soft, hideOverlap: true } },
      yAxis: { type: 'value', scale: !c.series.some(function (s) { return s.kind === 'bar'; }), splitLine: { lineStyle: { color: line } }, axisLabel: { color: soft, formatter: function (v) { return v.toLocaleString('en-US') + suffix; } } },
      series: series
    };
  }
  function draw(el) {
    var c = JSON.parse(el.getAttribute('data-chart'));
    var chart = window.echarts.init(el);
    chart.setOption(option(c, el.clientWidth));
    chart.on('click', function (p) {
      var s = c.series[p.seriesIndex];
      var link = s && s.points[p.dataIndex] && s.points[p.dataIndex].l;
      if (link) { window.location.assign(link); }
    });
    drawn.push({ chart: chart, data: c, el: el });
  }
  function drawAll() {
    var boxes = all('.chart[data-chart]');
    if (!boxes.length) { return; }
    var script = document.createElement('script');
    script.src = document.querySelector('script[data-charts]').getAttribute('data-charts');
    script.onload = function () { each(boxes, draw); };
    script.onerror = function () { each(all('.chart-table'), function (d) { d.open = true; }); };
    document.head.appendChild(script);
  }
  var resizing;
  window.addEventListener('resize', function () {
    clearTimeout(resizing);
    resizing = setTimeout(function () {
      drawn.forEach(function (d) { d.chart.resize(); d.chart.setOption(option(d.data, d.el.clientWidth)); });
    }, 120);
  });
  if (window.matchMedia) {
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () {
      drawn.forEach(function (d) { d.chart.setOption(option(d.data, d.el.clientWidth)); });
    });
  }

  document.addEventListener('DOMContentLoaded', function () {
    each(all('form[data-auto]'), autoSubmit);
    each(all('[data-dialog]'), function (b) {
      b.hidden = false;
      b.addEventListener('click', function () { openDialog(b.getAttribute('data-dialog')); });
    });
    each(all('[data-print]'), function (b) {
      b.hidden = false;
      b.addEventListener('click', function () { window.print(); });
    });
    each(all('form[data-once]'), function (f) {
      f.addEventListener('submit', function () { each(all('button', f), function (b) { b.disabled = true; }); });
    });
    var first = document.querySelector('[data-focus]');
    if (first) { first.focus(); }
    drawAll();
  });
})();
