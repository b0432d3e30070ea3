using System.Runtime.InteropServices;

namespace Realtime.Sdk.Testing.Tests.Simulation.Voice;

public sealed class ToneSpeechTests
{
    private const string Sentence = "What soups do you have?";

    public static TheoryData<SampleEncoding, int> Formats() => new()
    {
        { SampleEncoding.Pcm, 24_000 }, { SampleEncoding.Pcm, 8_000 }, { SampleEncoding.Pcm, 16_000 }, { SampleEncoding.Pcm, 44_100 }, { SampleEncoding.Pcm, 48_000 },
        { SampleEncoding.Pcmu, 8_000 }, { SampleEncoding.Pcma, 8_000 },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Words_are_decoded_from_audio_of_any_format(SampleEncoding encoding, int rate)
    {
        var format = Format(encoding, rate);

        var words = ToneSpeech.Decode(ToneSpeech.Encode(Sentence, format), format);

        words.Select(word => word.Text).Should().Equal("What", "soups", "do", "you", "have?");
        words.Should().OnlyContain(word => word.IsComplete);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("Ça coûte 3,50 €, ¿verdad? 很好 👩‍🍳")]
    [InlineData("0 1 00 \u0001 ÿÿÿÿ")]
    public void Any_text_is_decoded(string text)
    {
        ToneSpeech.DecodeText(ToneSpeech.Encode(text)).Should().Be(text);
    }

    [Fact]
    public void A_word_that_is_too_long_is_decoded_as_several()
    {
        var text = string.Concat(Enumerable.Repeat("é很👩", 100));

        var words = ToneSpeech.Decode(ToneSpeech.Encode(text));

        words.Should().HaveCountGreaterThan(1).And.OnlyContain(word => word.IsComplete);
        string.Concat(words.Select(word => word.Text)).Should().Be(text);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Words_survive_a_telephone_line(SampleEncoding encoding, int rate)
    {
        var format = Format(encoding, rate);
        var line = AudioConverter.Convert(ToneSpeech.Encode(Sentence, format), format, SampleFormat.Pcma());
        var heard = AudioConverter.Convert(AudioConverter.Convert(line, SampleFormat.Pcma(), SampleFormat.Pcmu()), SampleFormat.Pcmu(), format);

        ToneSpeech.DecodeText(heard, format).Should().Be(Sentence);
    }

    [Fact]
    public void Words_have_their_positions()
    {
        var audio = ToneSpeech.Encode("one three");

        var words = ToneSpeech.Decode([.. Sounds.Silence(0.5), .. audio]);

        var first = ToneSpeech.DurationOf("one");
        var silence = TimeSpan.FromMilliseconds(500);
        var gap = TimeSpan.FromMilliseconds(55);
        words[0].Start.Should().BeCloseTo(silence, TimeSpan.FromMilliseconds(2));
        words[0].End.Should().BeCloseTo(silence + first - gap, TimeSpan.FromMilliseconds(2));
        words[1].Start.Should().BeCloseTo(silence + first, TimeSpan.FromMilliseconds(2));
        words[1].End.Should().BeCloseTo(silence + SampleFormat.Pcm().DurationOf(audio.Length) - gap, TimeSpan.FromMilliseconds(2));
        ToneSpeech.DurationOf("one three").Should().Be(SampleFormat.Pcm().DurationOf(audio.Length));
    }

    [Theory]
    [InlineData(SampleEncoding.Pcm, 24_000)]
    [InlineData(SampleEncoding.Pcmu, 8_000)]
    public void Audio_that_is_cut_anywhere_shows_which_words_were_played_and_how_far(SampleEncoding encoding, int rate)
    {
        var format = Format(encoding, rate);
        var audio = ToneSpeech.Encode("soups today", format);
        var end = ToneSpeech.Decode(audio, format)[0].End;

        for (var length = 0; length <= audio.Length; length += format.BytesIn(TimeSpan.FromMilliseconds(7)))
        {
            var words = ToneSpeech.Decode(audio.AsSpan(0, length), format);

            var played = format.DurationOf(length);
            words.Where(word => word.IsComplete).All(word => word.End <= played && word.Text is "soups" or "today").Should().BeTrue();
            if (played > end + TimeSpan.FromMilliseconds(80))
                words.Should().NotBeEmpty().And.Contain(word => word.Text == "soups" && word.IsComplete);
            if (words.FirstOrDefault(word => !word.IsComplete) is { } cut)
                (cut.Start < end ? "soups" : "today").Should().StartWith(cut.Text);
        }
    }

    [Fact]
    public void Audio_without_its_beginning_has_the_words_that_begin_in_it()
    {
        var audio = ToneSpeech.Encode("soups today please");
        var start = SampleFormat.Pcm().BytesIn(ToneSpeech.DurationOf("soups") / 2);

        ToneSpeech.DecodeText(audio.AsSpan(start)).Should().Be("today please");
    }

    [Fact]
    public void A_word_that_breaks_off_is_incomplete_and_the_next_is_read()
    {
        var half = ToneSpeech.Encode("tomorrow").AsSpan(0, SampleFormat.Pcm().BytesIn(TimeSpan.FromMilliseconds(220)));

        var words = ToneSpeech.Decode([.. half, .. Sounds.Silence(0.1), .. ToneSpeech.Encode("today")]);

        words.Should().HaveCount(2);
        words[0].Should().Match<ToneWord>(word => !word.IsComplete && word.Text.Length > 1 && "tomorrow".StartsWith(word.Text, StringComparison.Ordinal));
        words[1].Should().Match<ToneWord>(word => word.IsComplete && word.Text == "today");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(160)]
    [InlineData(960)]
    [InlineData(4_801)]
    public void Words_do_not_depend_on_the_size_of_the_pieces(int chunk)
    {
        byte[] audio = [.. Sounds.Silence(0.013), .. ToneSpeech.Encode(Sentence), .. Sounds.Silence(0.2)];
        var decoder = new ToneDecoder();

        var words = new List<ToneWord>();
        for (var at = 0; at < audio.Length; at += chunk)
            words.AddRange(decoder.Decode(audio.AsSpan(at, Math.Min(chunk, audio.Length - at))));

        words.Should().Equal(ToneSpeech.Decode(audio));
        decoder.Flush().Should().BeNull();
    }

    [Fact]
    public void Other_audio_has_no_words()
    {
        var random = new Random(4711);
        var noise = new byte[480_000];
        random.NextBytes(noise);

        ToneSpeech.DecodeText(noise).Should().BeNull();
        ToneSpeech.DecodeText(Sounds.Speech(3)).Should().BeNull();
        ToneSpeech.DecodeText(Sounds.Silence(3)).Should().BeNull();
        ToneSpeech.DecodeText(Tone(ToneFrequency, 3)).Should().BeNull();
        ToneSpeech.DecodeText(new byte[1]).Should().BeNull();
        ToneSpeech.Encode(" \t\n").Should().BeEmpty();
    }

    [Fact]
    public void A_corrupted_word_is_incomplete()
    {
        var audio = ToneSpeech.Encode("soups");
        var format = SampleFormat.Pcm();

        // The tone of another digit instead of the third.
        Tone(500, 0.015).CopyTo(audio.AsSpan(format.BytesIn(TimeSpan.FromMilliseconds(60 + 30))));

        ToneSpeech.Decode(audio).Should().ContainSingle().Which.IsComplete.Should().BeFalse();
    }

    [Fact]
    public void A_rate_too_low_for_tones_is_refused()
    {
        var encoding = () => ToneSpeech.Encode("a", SampleFormat.Pcm(7_999));
        var decoding = () => new ToneDecoder(SampleFormat.Pcm(7_999));

        encoding.Should().Throw<ArgumentException>().WithMessage("*7999*8000*");
        decoding.Should().Throw<ArgumentException>();
    }

    private const double ToneFrequency = 2_900;

    private static byte[] Tone(double frequency, double seconds)
    {
        var samples = new short[(int)(seconds * 24_000)];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)(Math.Sin(i * Math.Tau * frequency / 24_000) * 9_000);
        return MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
    }

    private static SampleFormat Format(SampleEncoding encoding, int rate) => encoding switch
    {
        SampleEncoding.Pcmu => SampleFormat.Pcmu(rate),
        SampleEncoding.Pcma => SampleFormat.Pcma(rate),
        _ => SampleFormat.Pcm(rate),
    };
}
