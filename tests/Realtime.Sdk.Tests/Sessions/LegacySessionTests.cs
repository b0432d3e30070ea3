using System.Text.Json;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Sessions;

public sealed class LegacySessionTests
{
    [Theory]
    [InlineData(0.6, null)]
    [InlineData(0.8, null)]
    [InlineData(1.2, null)]
    [InlineData(0.5999, "temperature is 0.5999, must be at least 0.6")]
    [InlineData(1.2001, "temperature is 1.2001, must be at most 1.2")]
    [InlineData(double.NaN, "temperature is NaN, must be a finite number")]
    public void Temperature_is_0_6_to_1_2(double temperature, string? error)
    {
        var session = new LegacySessionConfiguration { Temperature = temperature };

        session.Validate().Errors().Should().BeEquivalentTo(error is null ? [] : new[] { error });
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(7200, null)]
    [InlineData(9, "is 9, must be at least 10")]
    [InlineData(7201, "is 7201, must be at most 7200")]
    [InlineData(10.5, "is 10.5, must be a whole number of seconds")]
    public void A_secret_lives_10_seconds_to_2_hours(double seconds, string? error)
    {
        var lifetime = TimeSpan.FromSeconds(seconds);

        new LegacySessionConfiguration { ClientSecretExpiresAfter = lifetime }.Validate().Errors()
            .Should().BeEquivalentTo(error is null ? [] : new[] { $"client_secret.expires_after.seconds {error}" });
        new LegacyTranscriptionSessionConfiguration { ClientSecretExpiresAfter = lifetime }.Validate().Errors()
            .Should().BeEquivalentTo(error is null ? [] : new[] { $"client_secret.expires_at.seconds {error}" });
    }

    [Theory]
    [InlineData("text", 0)]
    [InlineData("audio,text", 0)]
    [InlineData("audio", 1)]
    public void Audio_alone_is_a_warning(string modalities, int warnings)
    {
        var session = new LegacySessionConfiguration { Modalities = [.. modalities.Split(',').Select(value => new OutputModality(value))] };

        session.Validate().Errors().Should().BeEmpty();
        session.Validate().Warnings().Should().HaveCount(warnings);
    }

    [Fact]
    public void Formats_are_sent_as_the_words_of_the_beta()
    {
        var session = new LegacySessionConfiguration { InputAudioFormat = AudioFormat.Pcm, OutputAudioFormat = AudioFormat.Pcmu };

        RealtimeJson.Serialize(session).Should().Be("""{"input_audio_format":"pcm16","output_audio_format":"g711_ulaw"}""");
    }

    [Fact]
    public void A_format_of_another_name_is_a_warning_in_the_words_of_the_beta() =>
        RealtimeJson.Deserialize<SessionConfiguration>("""{"input_audio_format":"opus"}""").Validate().Warnings()
            .Should().Equal("input_audio_format is \"opus\", should be one of pcm16, g711_ulaw, g711_alaw");

    [Fact]
    public void A_format_is_the_same_however_it_was_read()
    {
        var session = RealtimeJson.Deserialize<SessionConfiguration>("""{"input_audio_format":"pcm16","output_audio_format":{"type":"audio/pcma"}}""");

        session.Should().BeOfType<LegacySessionConfiguration>().Which.InputAudioFormat.Should().Be(AudioFormat.Pcm);
        session.Should().BeOfType<LegacySessionConfiguration>().Which.OutputAudioFormat.Should().Be(AudioFormat.Pcma);
    }

    [Fact]
    public void The_lifetime_of_a_secret_is_asked_for_in_each_ones_own_words()
    {
        var minute = TimeSpan.FromMinutes(1);

        RealtimeJson.Serialize(new LegacySessionConfiguration { ClientSecretExpiresAfter = minute })
            .Should().Be("""{"client_secret":{"expires_after":{"anchor":"created_at","seconds":60}}}""");
        RealtimeJson.Serialize(new LegacyTranscriptionSessionConfiguration { ClientSecretExpiresAfter = minute })
            .Should().Be("""{"client_secret":{"expires_at":{"anchor":"created_at","seconds":60}}}""");
    }

    [Fact]
    public void The_secret_of_an_answer_is_the_sessions_and_not_the_configurations()
    {
        const string Json = """{"id":"sess_1","object":"realtime.session","client_secret":{"value":"ek_1","expires_at":1800000060}}""";

        var session = RealtimeJson.Deserialize<RealtimeSession>(Json);

        session.ClientSecret!.Value.Should().Be("ek_1");
        session.ClientSecret.ExpiresAt.Should().Be(DateTimeOffset.FromUnixTimeSeconds(1800000060));
        JsonSerializer.Serialize(session.Configuration).Should().Be("{}");
    }
}
