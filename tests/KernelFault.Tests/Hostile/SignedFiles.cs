using System.IO.Compression;

namespace KernelFault.Tests.Hostile;

/// <summary>
/// Signed files that need tools to be made, so they are kept here: a driver with everything in it that is read (compiled by clang and lld from
/// <c>Formats/Pe/Drivers</c>, signed twice and timestamped by osslsigncode with certificates made for it), and a Linux module signed by openssl.
/// </summary>
internal static class SignedFiles
{
    private const string PackedDriver =
        "H4sIAAAAAAACA+04CVhTSdL9Xi6QWwEDIiThEC94QRSdHQ8gYlCu4RZRCBAgEgiGgIiOQhRXYBRxPNhxcYM6OOPs4sUIKCMoAuN9jI7LjBceqKvjei545q/3EjRBZnb9P+f7/Pe38/Wrrurq6urq7qrqBMbkIgwh" +
        "REf6ZRL69yUXqqnDHlNUY3iMW4cFHOOGp0qyOJlyWYpclM5JFGVkyBScBDFHnp3BkWRwBMFhnHRZktjNCaGQyQglLWWiVMH4sh559xCPY4SbapQx1lHEnGrlk3pSbRwhpra7B6JMzSKqrTBYT7x3z6Ae8Cauae7j" +
        "IpQFkM9DyJUkhiDEoeks0hr0sgAYD3QADfAJ/y2jQH+5DqriaZYQwu3bpm4Kca4CIBfXKkR/czNAZLybPEmkECEkoWkIFI/BG3s2yU3DppmL0NjqlS1f8zX5B/lTy4jvsTHJZ/rGvAlu8ix5ItLaJEQ7r3kf88rF" +
        "UlmiRjVKKCnP8g0+H/ShvFdFuPiOq7DoVJsPQWFtPmNJyD+tttraH2CTcPFB1+bIKA3bj/XkSdlDfrzrUmSyJLVVEnAJC5sUqcKSoFxh4SFFnLCoTctB3le11WyNHOguNsaWGbOEahDaPSn7F7PdLCHGmO8AAoqe" +
        "7NGIGwzMbX5aXfw0uqiFRfdJhWyg77YD9JrA+e3p1fa9gCvaSNKLukmN42Y1C0v8DYRq5/PQcVSnAGkoOaPaeRgJSvBmcmn1GlXNSNJykw1mCBUdUFvlw9ii/aQ8YH9mTwlSO8/Wk6h2TuiFx/TCQ3vhU3vhPr3w" +
        "j3rhefb6uNyeVJKRCOAWebGhHUe2SWt8Euod4v0JrEiYbLaI7gSfACdz+IY7ceAb60QIS07CAqNggTeRWq1ONpORXDKKS0ZxyUiuxQeF3tO9o2Omqy8f/VD+m0v57+VYCG287lXG9qKP5WrwV3GcoQGxSIDEKAdJ" +
        "UCLAWDQNJaMpSAa/JOh1zu5h78kfyHDjSIYmiLPmhvp9ltqw5Ql9nr36eoUyFBomCHv6y/fR1SdD5wcECDghAh83Ur+0ZIU4S+GWmZSAUE8e4gy1Heo9qF3mmgBH9tXAPGzwYRyoK7lvZ7avtPyBGpCv46lFUp95" +
        "QaJ0MeiSKpK6JUmleiM7ua8zItIavwDOgOzDBGpyrlvWvCw99i6t4g7QbQGVzSONxEDaOUJEWVniJJShkGWlyTOkboKElBC5JEOB4nmvZcQ6ahKc3yiXtd13tPClFvZ31EAnLRyjhQGO73Y8Qq80hzI511sKaYpI" +
        "IQ6RyaQeFMVPLqawKIkiNVyUAjR/ma9cDDwCcY4kUYwoikAsFetTkn1l6ZkkMVQ8JxvOBpU8ymUJYj+ZPFQsgmP6ynjiXPH7Gv89Nl4a+afhCNkhewov5+jfz90WGvyARd/3+UP5P5//CSGDeHxCDWmWd6awqCBf" +
        "k1MYnCQpBZc1WDWFeacKlwucJgmLBE5Eq8DJFWsTOHFIlxewnLH3n2o1/7R3PY/KpGZeAX7IIpo/RNj3u+ifBoyKh2y9uKOhY5rn5Bt0FgRWIfnkg7dhA/7m+WrAPeEbicJQHHwno1Bo+aNgFAS4P3z9oE2W7+j/" +
        "fKmZh4b+AoGIhGSZCJVGxW86BVk6su1wckQYUiA55AkZKAWkSZAU8gV/wJIhV0CoGyN5COQJ1YuCCdSzWID6A90XeNJRJhIB/zzQRgSYxlWTPRkgWYayoHLgzS+GlgJaU4AngVpzEBoAMnrmFFAciZQumcApoSSQ" +
        "xRtGJVH0HOCRA0bqRkKFVqomNHuifjryIineLB05o5Ab4kP1pOBoNI78/wAsglHrVVD8GbAGqc5K0mCunlk0b3BT4A8ASgrFSa4zE9ZOapeCUimuEJQNK5RSuRepOWkjEWVhhCYgIxgfrOWXaOfr0Tmjz3nd4DtP" +
        "u8aPqflDYDyZyWXDDIr/yO7k6BHUudAf29tKGhuR+0vueyRIlvdxKiBvoDLCcOgl9z4L+kV6e8aib6f/vwgAHE0OHK3KVOWrNJecxM1VHJWr6kN8/G8v1H+bOI4IpcUFpuGwpcKlXSYYC1cpLY4D6TCOYXwjwpDJ" +
        "GG5Kw20ZiJAw+w1nYnRM6YVjdNUMYjrhqUMxI1xoOCtfxdlon28Hd538BYMvIe8yeQNJjzCB/BFcHaF0y/SVz28FTFi/pWnKbM6aRlmR1fR/SFRKmpxQYiuhjlHRcAzHLWenpqq2+uyQ2ude9D1fVmhXO7D0D0Q/" +
        "pgGofXw8nYYTbnxzwpRJi6D3M2b5ysj8W8a3JdgkhWZsoaVwwiFb54TKZArCfqCJxxg+34PPH00QxLiYgSajAOWP1aJvLW86MYDJorTBMa1aNIxF8wFns31P7b75uWU3mU0LHx302Jx70Xgjs+r41gerk0V1wS88" +
        "D+Vs+HarPc/NZ+Cipw0SRtnVo58WKis6S21GsCXZt4T2mzxAIzOYePAADFPTGQQNADGYJJjSremW13ICs7cYsBOcE+84pGwL+/rZhuGRuqahCRExGefIgqzn20waVVOYeYl7yXET45ix1NOC28Ka/mN0xZ1VHV/h" +
        "XPQyXeHAE877Ydrc+XkGLjtsKtMnrVy3d3TZkZCWwY9CHUWwHz9BzdfuiWSyC/9aq3uxQ+iFbr/bQ+9suyBu/F33hOhDnh1hq5E3QE9emCQlQyz/jV2poNUtHyoLNJv61CbtUezNVcNmp9zYa9J0oiq2cP2XljbW" +
        "Q4xzvWecMStx60hj8VfH3eZ8JH1y+sgeW+sfcibOaLOK2pRH5MJBJneFjhOIGE42nelOBI9pAJeCwWDRaK+ux3gMe9XuR2PobF77jVM3Lh5zajk/b1vW8KHPC8wzNicTDmS3I51NWOf/h7vLRWvnTrUNrhm3aaZ4" +
        "VvCBm5Hbh397IH3UC6dk06uuZWKx+WmcI3nU+d3Z2pET1n7ccq71YH3Uqtb9dvPlT75sd1uW+nBpWgRfaXKWUJqcgotP+L3t3v3KaXh901UF2wmbV27GkMY31nUnhN3rLgbfTPcc8D1ioPc1rxHflNAda0U4vh5L" +
        "54NNO+XDMnkNOz35R+M3VLpcpKdNtb5CeOgMMebDNqnoBfg0v0rbfHaqQpGZ9ZG7e6JmUfBmF5HPe3fQXnN26Bh9CmXkw2tMZtbMiMOMrtjP6vbiMA1t+OU/NVYc4MY2JcW1RH2Nc+YS7C2pvgMNL7su+GXlqrJv" +
        "1qSJBD8f8jgU8fzrcWOtLd0rlcaZhNJY+lobOsZXGscCLVrPCRv7A2ky6YTNCBOmYfxSISam0XEMHPE8PUecRkj+l46Y30swnbPOvuw57j/kRjjxWf4meu7AzrrZLa2rblfvvBWd8Lyr3UWlpI/74JjfR8eMV0IV" +
        "/rpj3v/u9oRP6O0JoMTIPuTZEAM18sz15YV5w+nhkUdPe9oxOHo0JWYGiQjWD1diGOo4XFWw4aHH/o78u/e33lx+vfbZYdoOucuzccSEh7ahMy85rlI7rHTb9nDrdfM/GtQvjtjZmPaF5WbRKlkC69bPKCZ41zcz" +
        "brZ8fq1gef7fk++GTFuesebBBPbinSsMrnfk8qbOWtS1a0XxLrtFiYc6ZBcqb60/KBG4Dxo4AQu/s/CjloR8I0bmgSXLLLil0nJWNe4fEbfL7JbXOtMLt6tOdS9odkp7POlpxaF/VR5Lv9bIcudtGFz6mUGbclxD" +
        "cFtHwzfnj9TYz/xHs/jluYB5OS/vMro3MybtrJ/ot8hcgZ/43iUv0npE/fGCsETf6SNfeLj98Ul9ezUmj1B5rmiPxfPL5uzL9jxtp3qG0+A1/I4CTAbW/dR/fNoWlvPjR6PLVb4TB8lmvl2AmYIIAc6x+PzugkDu" +
        "lUrp2vCxWL2k8/SRRMdtN2N8HfzWlg65vtUd55h0jMJ4n1iuzV0Xs8Cl/lpXQdQ8oi2Kd/nlX5tFcZG1V/hKVjahZM15d/Flfy8HpipYT1gw+/UEAxs6n0ZO9juFHXfdsMOjc4xF+PoBVeqEh2eM1x8bWrcfzXLN" +
        "E6PCrjt+exrPN+4073Xk6UoM1ZwnotddbNi+5E58vOscj1M3fox0ZJtH7/qiviyFE2d5+HnojuPs8q1OXUbFi6wimrvnCjNCrw1Zs8U3pfAW72LYKJumBO+Sz7qShzQ3B98e+VfB3gepTbz7LZ+eCBcVb8y7G/1t" +
        "bdriy2pJ0Mno82dOlhYvtOVWnx26JILTWVDt6dz6INBoRIHX8arEo+24MjF5Yj0jbMreT9uPVykGTuwoqa13rVLmsX++yh7/r9tFvEz2IyMb/7Bn24LOiE1L7oUuujrkTw82dnldZ497vG8BY5rziKOnIh0PVntu" +
        "9Ke/8Cq7s+xJ5dGWmoLDxYoo346IkFvEKZOuJFreQdWBT8bIJh/m5HBXOE6rVDISCCVj1iu70mgQDRlBQJuqFw0ZfwASWJ32ZjRMZxr1bIM5hMNZ9FgiBnadSR9Go2N9xLiO7iF5Pp0GZ7wU5Z3nPq3u9p8Wcqrh" +
        "5cvVooLS6zduNp6FY8E28yD0TgJu4Fy8Wfbi2nhbeJqEgp/aAzXu171t0+8aAd37kDcITjklr79+GqyAVOY3QuCzFVKOeM/Hs4MWfvd53WrlkrmVJpGBqX/PZAYF/mjtWfj9oTob78DU7i9dK/gOnS4Fc60cv3RK" +
        "XJI+oqTWe05+od3ITTFENGFNeSYyBBqT69Y6JwMdJ+Q4frfjg9YdrfuXXKtCbYM3zl5bnft2TsgfEX4QCCtW/FB/9PDQ/oVoxvAr/Y1mTFWMGTQ6f++4VPdtROSfLZ8Dy+dfFL4Iv7Ri8dj7++Z0P1tpPmDRzO/U" +
        "9y4knbi0rfyrUc6jP+Qv71/+wldiMbAnke8uNDS9ERo2w0NRJw6Y6LmNfxMIert6++9zn4eW0VqvFjxbZr2w9JFJcw77zMVW5v2YNWfucZecI7x0pOPufFfChYDATec8rTg3pN6zWlZFODzevVqQfnf7nw0K6jxn" +
        "Fj+Pc2TnNJbompd6c3CcHdiYS+5um7OlX8zebLgnTjhjDf9I0N++Dj9bbuthERQL1q1t/6m8qWx0RW3qFtbmsLqJi7ILd8/vvi8bNN+hX03g6I3a/3v+B8recGrwJwAA";

    private const string PackedModule =
        "H4sIAAAAAAACA6t39XFjYmRkgAFGBjsGBA8BLiAJOkBJdqBKFiBLBIiZgdjdL5SBkYmZhZWNnYOTi5uHl49fQFBIWATZnLLUouLM/DxbIz1TMD8ltTi5KLOgBCTmqJCbn1Kak6qQll+kUJJaXFLMwJCTmZyaV5xq" +
        "G1CUX1CUmVqSWFSJ4q7EnMzEYtuC5EyrMgMgMDQyNknRQpJPSS1IzUsptk3LLCou0SlOTc7PS2HIS8xNtc1OA1mB7k+g+3IT0zOTbc30DPUMFIJ9AxRQ5AsSi3JtiwtSU1OsMvLLFdIS0YwAyZdUFqRC1WTmlTDg" +
        "BYjgYtArSa0oYdADhkFmXlo+g15OTllufGJKCjDA0hn08vJLUvXS80r1kkozc1J0M1MY9IpLikoSk4B0ZS6IpgowhMYlOuiCxr8jmjgjFj4Is6GJO+CwjwWNLwfE7KBwwaFfhYB+dqj96PoLoPRnNHEBLHxmn//5" +
        "QKoBWbwB6lEuAv63xGI3CGRAFUqghRMHA6q4QRPjUjZOrTaPtu+8jOxMC5oYpwGFJgGzqCGvATcbZ0KbB2MqMwsTI4gDU8Zo2MSYD1SWDVRm4GagZyhgwMfGHMrCxcPunJ9Xkl+cbyhlIAESYeYRhIoohABTv0JQ" +
        "fn4Jk0imq5rhk2P6XfJBd3+4vdZ8s/5u6kFUy3jhljEysjKwNDEyrJg6J+Dm08Dis4wqCSu+p+44NfFZ41ln2wsp9Rxf+hl2HejQe6rv3BExIcy3QWj5Ovb3QZfcu5vLN5vmXnqZxvqGyYOJK2XlnfkL1l1wj2tv" +
        "dy5YmNjJGhTXy5G6eIIKs/KVOQ8tGCZysdjHlX8Rl7vOGKCok5chN/u7ec+b35K/jZ9E/msOlQ+ZXcjR+fNY3Eb+CVs+Gq02elEg9HTj8vLKeYIyxTOunpWtF1jhP6so0bQ4YoKJjITdWUXHe54TPDafnOCdzSvZ" +
        "fuDaN8aFbBHzRFZdmL/qcMQ+McGDiea9Zu83f+8o812yRvdr4VSue/uZpsnIz/fK9FeXUP9ycX1157KIq18fyPcI5DcjoplxZZ0vpNwCZtS8xJLSolSFxAJQsZOaUscFACa700BhBQAA";

    /// <summary>A driver with imports, delay imports, exports, guard tables, version, two signatures and a timestamp.</summary>
    internal static byte[] Driver { get; } = Expand(PackedDriver);

    /// <summary>A module with information, build id and signature.</summary>
    internal static byte[] Module { get; } = Expand(PackedModule);

    private static byte[] Expand(string packed)
    {
        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
