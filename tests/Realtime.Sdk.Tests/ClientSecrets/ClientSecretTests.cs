using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.ClientSecrets;

public sealed class ClientSecretTests
{
    private static readonly ClientSecretRequest Realtime = new() { Session = new RealtimeSessionConfiguration() };

    private static readonly ClientSecretRequest Transcription = new() { Session = new TranscriptionSessionConfiguration() };

    private static readonly ClientSecretRequest Translation = new() { Session = new TranslationSessionConfiguration { Model = "gpt-realtime-translate" } };

    private static readonly ClientSecretRequest Legacy = new() { Session = new LegacySessionConfiguration() };

    private static readonly ClientSecretRequest LegacyTranscription = new() { Session = new LegacyTranscriptionSessionConfiguration() };

    [Theory]
    [InlineData(10, null)]
    [InlineData(600, null)]
    [InlineData(7200, null)]
    [InlineData(9.999, "expires_after.seconds is 9.999, must be a whole number of seconds; expires_after.seconds is 9.999, must be at least 10")]
    [InlineData(9, "expires_after.seconds is 9, must be at least 10")]
    [InlineData(7201, "expires_after.seconds is 7201, must be at most 7200")]
    [InlineData(-1, "expires_after.seconds is -1, must be at least 10")]
    public void A_secret_lives_10_seconds_to_2_hours(double seconds, string? error)
    {
        var request = new ClientSecretRequest { ExpiresAfter = TimeSpan.FromSeconds(seconds) };

        string.Join("; ", request.Validate().Errors()).Should().Be(error ?? "");
    }

    [Fact]
    public void Violations_of_the_session_stand_under_the_request()
    {
        var request = new ClientSecretRequest { Session = new RealtimeSessionConfiguration { MaxOutputTokens = 0 } };

        request.Validate().Errors().Should().Equal("session.max_output_tokens is 0, must be at least 1");
    }

    [Fact]
    public void Client_secrets_open_realtime_and_transcription_sessions()
    {
        EndpointRules.CheckClientSecret(new()).Should().BeEmpty();
        EndpointRules.CheckClientSecret(Realtime).Should().BeEmpty();
        EndpointRules.CheckClientSecret(Transcription).Should().BeEmpty();
        EndpointRules.CheckClientSecret(Translation).Errors().Should().ContainSingle().Which.Should().StartWith("session.type is \"translation\"");
        EndpointRules.CheckClientSecret(Legacy).Errors().Should().ContainSingle().Which.Should().Contain("use RealtimeSessionConfiguration");
        EndpointRules.CheckClientSecret(LegacyTranscription).Errors().Should().ContainSingle().Which.Should().Contain("use TranscriptionSessionConfiguration");
    }

    [Fact]
    public void Translation_secrets_open_translation_sessions_with_a_model()
    {
        EndpointRules.CheckTranslationClientSecret(Translation).Should().BeEmpty();
        EndpointRules.CheckTranslationClientSecret(new()).Errors().Should().Equal("session is required");
        EndpointRules.CheckTranslationClientSecret(new() { Session = new TranslationSessionConfiguration() }).Errors()
            .Should().Equal("session.model is required");
        EndpointRules.CheckTranslationClientSecret(Realtime).Errors().Should().ContainSingle().Which.Should().StartWith("session.type is \"realtime\"");
        EndpointRules.CheckTranslationClientSecret(Legacy).Errors().Should().ContainSingle().Which.Should().StartWith("session must have the nested shape");
    }

    [Fact]
    public void Calls_and_updates_take_their_kinds_of_session()
    {
        Call(new RealtimeSessionConfiguration()).Should().BeEmpty();
        Call(new TranscriptionSessionConfiguration()).Errors().Should().Equal("type is \"transcription\", must be realtime for a call");
        Call(new LegacySessionConfiguration()).Should().ContainSingle();
        Update(new TranscriptionSessionConfiguration()).Should().BeEmpty();
        Update(new TranslationSessionConfiguration()).Should().ContainSingle();
        Update(new LegacyTranscriptionSessionConfiguration()).Should().ContainSingle();

        static IReadOnlyList<ConstraintViolation> Call(SessionConfiguration session) =>
            Constraints.Validate(session, constraints => EndpointRules.Call(constraints, session, ""));
        static IReadOnlyList<ConstraintViolation> Update(SessionConfiguration session) =>
            Constraints.Validate(session, constraints => EndpointRules.Update(constraints, session));
    }

    [Theory]
    [InlineData("ek_0123456789", "ek_…(13)")]
    [InlineData("0123456789", "…(10)")]
    [InlineData("", "…(0)")]
    public void A_secret_is_printed_as_its_kind_and_length(string value, string shown)
    {
        var secret = new ClientSecret { Value = value, Session = new RealtimeSession { ClientSecret = new ClientSecret { Value = "ek_inner" } } };

        var text = $"{secret}";

        text.Should().Contain($"Value = {shown}").And.NotContain("0123456789").And.NotContain("ek_inner");
    }

    [Theory]
    [InlineData("""{"value":null,"expires_at":null,"session":null}""")]
    [InlineData("{}")]
    public void A_secret_that_is_not_there_reads_as_empty(string json)
    {
        var secret = RealtimeJson.Deserialize<ClientSecret>(json);

        secret.Should().Be(new ClientSecret());
        secret.Value.Should().BeEmpty();
    }

    [Fact]
    public void A_request_says_when_the_secret_ends_counted_from_its_making()
    {
        var request = new ClientSecretRequest { ExpiresAfter = TimeSpan.FromMinutes(2), SafetyIdentifier = "not in the body" };

        RealtimeJson.Serialize(request).Should().Be("""{"expires_after":{"anchor":"created_at","seconds":120}}""");
    }
}
