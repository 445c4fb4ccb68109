# How the plots of all experiments look; the colours are those of the HTML report.
set border 3 linewidth 1
set tics nomirror out
set grid ytics linewidth 0.5 linecolor rgb '#888888' dashtype 3
set key outside top center horizontal noenhanced
set style fill solid 0.85 noborder
set linetype 1 linecolor rgb '#4477aa' linewidth 2
set linetype 2 linecolor rgb '#ee6677' linewidth 2
set linetype 3 linecolor rgb '#228833' linewidth 2
set linetype 4 linecolor rgb '#ccbb44' linewidth 2
set linetype 5 linecolor rgb '#aa3377' linewidth 2
