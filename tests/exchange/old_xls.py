"""A workbook as Excel 97 kept it: 表四 with two invented people. Written by LibreOffice, packed small."""

import base64
import zlib

_PACKED = (
    "c-rk)X>43q6+Z9Ho0&Jxcsx$xrgc)+O-W<N3p2Lk#4e59I3Xzo592X*Oh#^OXT0E5juXWMj7wX|;H0#)X(}~R2}%U0VyTdVS`dl("
    "QSt-C(nVqkxCJCo5ez60rH~BYIq$xgv6)1+TOk3yqi^p0&fU(r+qw7s_(!?3r(Vc^gXV>M$VJyuKJui=G+>2If<(HKT}!1>wm7vM"
    "{;R@O74sY#m_IkbbM6I9zz1ZhIrgh~IsEU0CK|?Xj0$Nd4Iv(-aav5c1uG`Ky@k}dw!m@=4a@y6y?;Kx`5bovH{1Vw?(_c71_D5i"
    "<pL-dSP85GRs(smCWzJmw*t2T`M_FW9dJ8P0Neo-0(S!IfxCeB02_e2fsH^BPz-DWN`O+J3@8WQ3xt5MvZqqTjB2E}09%!;R{YuW"
    "*_A2yOw6LkP2bM`0Z+Ni{To;j-!NumUAzgzX@u8CL&rc@;eRS@7ack@*5N!B>Ags4bQ014eO;vAk^g&T^&!+#;a0Vx_vrPa`!V@n"
    "FaH7J`rnc|KNm?D>+qMd${&|appjQ=pbi?KKI+6d*oPANbb<HRr=$e$4(&e4;ZpA`H#Dbj>?N&H&f#I~iWtfa(E+3y=mYeCNE)cX"
    "@Y8ADm%9=}iP4UM0wb5s@SYq;h?flx#>@8apOsB`n*Nq5Oxy713t7%RiTu*S<oY7z^nWKmjj_u#&Lvj)<a~MY4dkUakZ-zy+?P@A"
    "w)H8xf!v(0{~1eeT$ewogG^G2<KU!A;@nA(#49HaiC0Z}C0;%0PVJKo^(dBMha4Ze);sl!mZNA=!*5120ixz(8ofmyWv7vBlAb(C"
    "b`IRL{fJ0MC9O#Ewmt`yO?pU!6Ee?h_4u!+g1-bUH)LYzn{YGcW$d1RQop`IxsNsEGpOlA_h4;o+jxE?n)pgnW28Efh`!YLo7fk-"
    "&P{*5>+t?xPn??Wohl+$w^;n1<-y$Iy|T&YruxqIc<a=z<3;rPq1lfYQ!Ryi&hGu`XLcRu;+C^?i=*@*#_{sG_RBG^T{GHKL_6cf"
    "^lBTIv)rp&xmPLuN?Ud_qK*4Xnp~tk|Jc>WnQ8E`_D7!ckal+OSKHriE$z7&Ir+3<(U%%W5-J&q)VCtpJo%4LyqL&&5anNvCZcTV"
    "-xHUPBWE`Dg{Hbh%Mm0mOmz0MG(g&)W6e`%x(-EOZ{)mNI(c}?+Yfc_IQIAuH-}6vX_6N0`O*Y8H}TA$j<cf3HQGF5FD7>PqO*04"
    "EkmtSJL9jm<wv0M3r|rarhCgl%voi)1|eKi6$({`E5f15YE*5ET#T^VZt}UvsvM@vvGjpKse5844sxGv(zcD)#@=rI$rJez$XSP+"
    "coh%UuUgJcONU3f!vk&5WqdT*@@(Wt^vd3jqiO9|%xfQOe{;>2iclyN_VW6uzzH0t8X9ZgOlA+wn;v+<icm#Wc{N(psee!J)TQY_"
    "cP-fypTeDJ1HEEcccLyc54e5|<f&Nai<9MGgL53LAM?K-yMbL&uIzvy6fA34_tu-$`E?J9eDeBsr476*sZ@IiIWxv4sZk>TpO&)r"
    "#p_{_JtF^iJN18Gw=peU<fM~z#cAnNaFjl1MY3~s^j50f>i0Z6vv0P}jy3uSa!mT9m`&Pe%^YQEfNa~WE1{_eRl3x2e_D>ntQ|gA"
    "re`SU${;gjW6qVi=e2iLF01wwd{?fL8raQ$L8+(7)s_F5>B4k}X<#mg>0pM#T=EREnE~c;7#}EJhk3wEhk3z#4l}{B9OeUC;jk<)"
    "zr$95Wjo9d7I0WLSdPO2U_poFfaN+Y2*#)E1lFlbuJpFnE*Y~`4r6OqJB+Q(bC@Bm+O4?3nlw9)tzF~fd6Adp)MIPe2e`0yT(FjP"
    "Huv~`>)URX&VuCGs9%+4i*IvU@}t%7y{xM|wm9F(3m`A+`*t4dw$|yBEncTe8e%c)qv;;;S9wy(5NmH&bquk#z^TLbZP)BPw(kxn"
    "&zm-ahS*o=Ft+bbhp}zz9p(qSOEI^sI(`WK4s)YB-`ZTtqyCXT%;!dOw{>PDP31A!oE&l`Lt>SYEE2gd8O-qf!)lUxT!;JHrmv*4"
    "9_tQG^gcNQ_@R~~tHSO8p$G1^$4qZXv!9$<OMSa)c$K-btT$}Xv<yCPWxby#?n8ZDqr(S=yT=N59_~sE6xM7hYwqYw3=AY>the`d"
    "cW-?sZ)c61QC?EGmLfSWGqg*yk3RR;E0Nyd^G}#mvhkZg<H>nOy{$Dh+`J5Tt9N!>4P>u+Z;z=r_oRAvA60MlKU}rm&|GJDBr!BH"
    "et3Y?yINQ8;`%gQ{w-Z~$@|!mi&}d6-L{`4`fERY?PU4d;FBj{f9aL4?O^{oPZn3-3GAz1FwMpfs_zn{z7=TdO|L6E>~9x5R`-pJ"
    "v?N9k^bHTq9U~s!%JMKRhs@#K{Qf8NH*XJTsv~o%ZVs*JeU$p~;$}Vi7p?zFamLm>rxx*D?E$~NPaDwhAdOH2I(%$N{kzh>!7Zdt"
    "1#rJ}PDE&c5=)*xcI1ow{#T{G)yY>0iqS#XKS&)i_xEEJbjzHuWQ_Wd9=b_eMXG=IBF29+aKY(+2YTod9TKtv7pKqGCD>mBe0ll%"
    "uY`XA=G&BM"
)
OLD_XLS = zlib.decompress(base64.b85decode(_PACKED))
