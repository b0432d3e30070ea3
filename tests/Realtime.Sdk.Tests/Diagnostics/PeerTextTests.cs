using CsCheck;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Diagnostics;

public sealed class PeerTextTests
{
    /// <summary>84 letters and digits, as keys of Azure resources are.</summary>
    private static readonly string AzureKey = new string('a', 52) + "JQQJ99BCACYeBjFXJ3w3AAABACOGzzzz";

    private static readonly string[] Neighbors = ["\u001b[0m", "\u202E", "\r\n", " ", "\"", ",", "%20", "1", "\uD83D", "\u2028", "…"];

    private static readonly string[] Keys =
    [
        "sk-canary-4711", "sk-proj-canary_4711", "ek_canary4711", "ek_0123456789abcdef", "sess-canary4711", "whsec_canary+/=", "Bearer canary4711",
        "eyJhbGciOiJub25lIn0.canary4711.sig", AzureKey,
    ];

    [Theory]
    [InlineData("Incorrect API key provided: sk-canary-4711.", "Incorrect API key provided: sk-***")]
    [InlineData("SK-CANARY and sk-canary*****4711", "sk-*** and sk-***")]
    [InlineData("sk-cana…4711 is wrong", "sk-*** is wrong")]
    [InlineData("openai-insecure-api-key.ek_canary4711", "openai-insecure-api-key.ek_***")]
    [InlineData("{\"key\":\"ek_canary\"}", "{\"key\":\"ek_***\"}")]
    [InlineData("Authorization: Bearer canary4711", "Authorization: Bearer ***")]
    [InlineData("bearer%20canary4711 Bearer:\u00A0canary4711", "Bearer *** Bearer ***")]
    [InlineData("whsec_canary sess-canary", "whsec_*** sess-***")]
    [InlineData("token eyJhbGciOiJub25lIn0.canary4711.sig is wrong", "token eyJ*** is wrong")]
    [InlineData("%20sk-canary", "%20sk-***")]
    [InlineData("proxy 'http://user:p%40ss@127.0.0.1:8080/'", "proxy 'http://***@127.0.0.1:8080/'")]
    [InlineData("s\u200Bk-can\u0000ary\u200D4711 is wrong", "sk-*** is wrong")]
    [InlineData("sk-\uFEFFcan\u202Eary", "sk-***")]
    [InlineData("eyJhbGci\u200BOiJ_-9.canary4711", "eyJ***")]
    [InlineData("sk-can\u007Fary\u00ADis sk-can\tary sk-can\u0085ary", "sk-*** sk-*** ary sk-*** ary")]
    [InlineData("sk-can-a_r.y=4/7+1~1%2*3…4•5!", "sk-***!")]
    [InlineData("Bearer canary, Bearer:canary, Bearer=canary, Bearer+canary, Bearer%20canary", "Bearer ***, Bearer ***, Bearer ***, Bearer ***, Bearer ***")]
    [InlineData("{\"Bearer\":\"canary\"} {'Bearer':'canary'} Bearer\u200B\tcanary", "{\"Bearer ***\"} {'Bearer ***'} Bearer ***")]
    [InlineData("wss://me:canary@host?a", "wss://***@host?a")]
    public void What_looks_like_a_key_is_masked(string text, string shown)
    {
        PeerText.Sanitize(text).ToString().Should().Be(shown);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A risk-free, task-oriented answer of a desk-top; sk-is fine, week_over_week too.")]
    [InlineData("Bearer of sk-*** and Bearer ***, as they were masked before: ek_***")]
    [InlineData("Please include the request ID 5ea98b5a3bd2a24b1e1a9bd1b9bcb1b1 in your email.")]
    [InlineData("resp_67ccd3acc8d48190a77525dc6de64b4104becb25c45c1d41 and sess_C9CwUVUzUzYs2")]
    [InlineData("eyJ is how it begins")]
    [InlineData("Bearers bear%2Ber")]
    [InlineData("eyJhbGci eyJhbGciOiJub25lIn0 eyJhbG.c eyJhbGciOiJ/.c")]
    [InlineData("a variation selector: 葛\U000E0100")]
    [InlineData("://a?b@ ://a#b@ ://a\"b@ ://a'b@ ://a<b@ ://a>b@ ://a/b@ ://a b@")]
    [InlineData("https://example.com/@user and https://***@example.com: mail me@example.com")]
    [InlineData("Grüße, 你好, שלום, مرحبا, 👩‍💻 می‌خواهم")]
    public void Ordinary_text_is_returned_as_it_is(string text)
    {
        PeerText.Sanitize(text).ToString().Should().BeSameAs(text);
        PeerText.IsClean(text).Should().BeTrue();
    }

    [Fact]
    public void No_text_is_an_empty_text()
    {
        PeerText.Sanitize(null).ToString().Should().BeEmpty();
        default(PeerText).ToString().Should().BeEmpty();
    }

    [Fact]
    public void The_credential_in_use_is_masked_whatever_it_looks_like()
    {
        const string secret = "0123456789abcdef0123456789abcdef";

        PeerText.Sanitize($"The key {secret} or 0123456789abcdef\u200B0123456789abcdef, not {secret[1..]}", secret).ToString()
            .Should().Be($"The key *** or ***, not {secret[1..]}");
    }

    [Theory]
    [InlineData("a\r\nb\tc\u001b[31md\u0000e\u007Ff\u0085g\u009Bh\u2028i\u2029j", "a  b c [31md e f g h i j")]
    [InlineData("a\u202Eb\u2066c\u200Ed\u200Fe\u061Cf\uFEFFg\u2060h", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg\uFFFDh")]
    [InlineData("a\U000E0041b", "a\uFFFDb")]
    public void What_could_forge_a_line_or_hide_in_one_is_replaced(string text, string shown)
    {
        PeerText.Sanitize(text).ToString().Should().Be(shown);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced()
    {
        PeerText.Sanitize("a\uD800b\uDC00c\uD83D").ToString().Should().Be("a\uFFFDb\uFFFDc\uFFFD");
    }

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        PeerText.Sanitize("abcd👩efg", maxLength: 5).ToString().Should().Be("abcd…");
        PeerText.Sanitize("abcd\n👩efg", maxLength: 6).ToString().Should().Be("abcd …");
        PeerText.Sanitize(new string('x', 10_000)).ToString().Should().HaveLength(PeerText.DefaultMaxLength + 1);
    }

    [Fact]
    public void A_cut_shows_no_part_of_a_key()
    {
        foreach (var key in Keys)
        {
            for (var length = 0; length < 40; length++)
            {
                var shown = PeerText.Sanitize($"The key is {key}, not another one", maxLength: length).ToString();
                shown.Should().NotContainAny("cana", "0123", "JQQJ", "aaaa").And.Subject.Length.Should().BeLessThanOrEqualTo(length + 1);
            }
        }
    }

    [Fact]
    public void No_key_survives_whatever_stands_around_it_and_sanitizing_twice_changes_nothing()
    {
        var around = Gen.OneOf(Gen.String, Gen.Int[0, Neighbors.Length - 1].Select(index => Neighbors[index]));

        Gen.Select(around, Gen.Int[0, Keys.Length - 1].Select(index => Keys[index]), around, Gen.Int[0, 200]).Sample((before, key, after, length) =>
        {
            // A letter right before a prefix makes it part of a word; a key has no reason to follow one.
            var text = (before.Length > 0 && char.IsAsciiLetterOrDigit(before[^1]) ? before + " " : before) + key + after;
            var shown = PeerText.Sanitize(text, maxLength: length).ToString();

            shown.Should().NotContain(key[7..12]);
            shown.Length.Should().BeLessThanOrEqualTo(length + 1);
            shown.Should().NotMatchRegex("[\\p{Cc}\\u2028\\u2029\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069\\uFEFF]");
            Constraints.IndexOfLoneSurrogate(shown).Should().Be(-1);
            PeerText.IsClean(shown).Should().BeTrue();
        });
    }

    [Theory]
    [InlineData("\u0000")]
    [InlineData("\u200B")]
    [InlineData("s\u200B")]
    [InlineData("eyJ-")]
    [InlineData("ask-\u0000")]
    [InlineData("task-.")]
    [InlineData("Bearer a ")]
    [InlineData("Bearer :")]
    [InlineData("://")]
    [InlineData("http://a")]
    [InlineData("a ")]
    [InlineData("sk-")]
    [InlineData("a1-")]
    public async Task A_text_of_any_length_takes_time_in_proportion(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 500_000 / part.Length));

        // Were each position searched to the end, this would take many minutes.
        await Task.Run(() => (PeerText.MaskKeys(text, "aaaaaaaa"), PeerText.Sanitize(text, "s\u200Bs"), PeerText.IsClean(text))).WithTimeout();
    }

    [Fact]
    public void A_stack_trace_keeps_its_lines()
    {
        PeerText.MaskKeys("Failed: sk-canary\r\n   at Some.Method()").Should().Be("Failed: sk-***\r\n   at Some.Method()");
    }
}
