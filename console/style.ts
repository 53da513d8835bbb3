/** The console's one stylesheet: system fonts, light and dark, narrow first. */
export const style = `
:root{color-scheme:light dark;--bg:#f6f7f5;--card:#fff;--ink:#1c241f;--soft:#5d6b63;--line:#e2e7e3;--leaf:#1f7a4d;--leaf-soft:#e3f2e9;--warm:#9a5b00;--warm-soft:#fdf0d9;--hot:#b3261e;--hot-soft:#fce4e2;--cold-soft:#e8eef3;--cold:#40596b}
@media (prefers-color-scheme:dark){:root{--bg:#121613;--card:#1a201c;--ink:#e8ede9;--soft:#9aa8a0;--line:#2b332e;--leaf:#6fd09b;--leaf-soft:#1d3528;--warm:#f0b45b;--warm-soft:#3a2c14;--hot:#ff9c94;--hot-soft:#411d1b;--cold-soft:#222c33;--cold:#a9c1d1}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:var(--leaf);text-decoration:none}a:hover{text-decoration:underline}
a:focus-visible,button:focus-visible{outline:3px solid var(--leaf);outline-offset:2px;border-radius:6px}
header{background:var(--card);border-bottom:1px solid var(--line)}
.bar{max-width:1320px;margin:0 auto;padding:12px 20px;display:flex;gap:12px 20px;align-items:center;flex-wrap:wrap}
.brand{font-weight:700;font-size:18px;letter-spacing:-.01em;color:var(--ink);display:flex;gap:8px;align-items:center}
.clock{margin-left:auto;display:flex;gap:8px;align-items:center;flex-wrap:wrap}
.clock time{font-variant-numeric:tabular-nums;color:var(--soft);margin-right:4px}
.clock form{margin:0}
button{font:inherit;font-size:14px;padding:6px 12px;min-height:34px;border-radius:8px;border:1px solid var(--line);background:var(--card);color:var(--ink);cursor:pointer}
button:hover{border-color:var(--leaf)}
main{max-width:1320px;margin:0 auto;padding:20px;display:grid;gap:20px;grid-template-columns:minmax(0,1fr)}
@media (min-width:900px){main.two{grid-template-columns:minmax(0,5fr) minmax(0,2.6fr)}}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:18px 20px;min-width:0}
h1{font-size:24px;letter-spacing:-.02em;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:16px;margin:0 0 12px;display:flex;justify-content:space-between;gap:12px}
h2 small,.soft{color:var(--soft);font-weight:400}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:600;color:var(--soft);font-size:12px;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:9px 14px 9px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
.who{min-width:190px}.who .soft{font-size:13px}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.tag{display:inline-block;padding:1px 9px;border-radius:99px;font-size:12px;line-height:20px;background:var(--cold-soft);color:var(--cold);white-space:nowrap}
.tag.good{background:var(--leaf-soft);color:var(--leaf)}.tag.warm{background:var(--warm-soft);color:var(--warm)}.tag.hot{background:var(--hot-soft);color:var(--hot)}
ol.line{list-style:none;margin:0;padding:0;border-left:2px solid var(--line)}
ol.line li{position:relative;padding:0 0 14px 18px}
ol.line li::before{content:"";position:absolute;left:-6px;top:7px;width:10px;height:10px;border-radius:50%;background:var(--cold);border:2px solid var(--card)}
ol.line li.good::before{background:var(--leaf)}ol.line li.warm::before{background:var(--warm)}ol.line li.hot::before{background:var(--hot)}
ol.line time{display:block;font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}
.mails{list-style:none;margin:0;padding:0}.mails li{padding:9px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}.mails li:last-child{border:0}
.empty{color:var(--soft);margin:4px 0}
iframe{width:100%;height:70vh;border:1px solid var(--line);border-radius:10px;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.55 ui-monospace,SFMono-Regular,Menlo,monospace;margin:0}
dl{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:4px 14px;margin:0;font-size:14px}dt{color:var(--soft);overflow-wrap:anywhere}dd{margin:0;overflow-wrap:anywhere}
.actions{display:flex;gap:8px;flex-wrap:wrap;margin-top:12px}.actions form{margin:0}
.alert{background:var(--hot-soft);color:var(--hot);border-color:transparent}
`
