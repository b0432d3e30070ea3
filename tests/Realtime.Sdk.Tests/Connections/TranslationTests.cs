using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Connections;

public sealed class TranslationTests : IAsyncLifetime
{
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = new(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, ApiKey = _emulator.ApiKey });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task A_configured_translation_connects_with_its_model_and_sends_the_rest()
    {
        var session = new TranslationSessionConfiguration { Model = "gpt-realtime-translate", Audio = new() { Output = new() { Language = "de" } } };

        await using var connection = await _client.ConnectTranslationAsync(session).Within();

        _emulator.Requests.Single().Path.Should().Be("/v1/realtime/translations");
        _emulator.Requests.Single().Query.Should().Be("?model=gpt-realtime-translate");
        (await _emulator.WhenConnectedAsync()).Received.Single().Text.Should().Be("""{"type":"session.update","session":{"audio":{"output":{"language":"de"}}}}""");
        connection.Session!.Configuration.Should().BeOfType<TranslationSessionConfiguration>().Which.Audio!.Output!.Language.Should().Be("de");
    }

    [Fact]
    public async Task Finishing_waits_for_what_is_still_translated_and_nothing_may_be_sent_after_it()
    {
        _emulator.OnConnect(async session =>
        {
            await session.GreetAsync();
            await session.ExpectAsync<TranslationSessionInputAudioBufferAppendEvent>();
            await session.ExpectAsync<TranslationSessionCloseEvent>();
            await session.SendTextAsync("""{"type":"session.output_transcript.delta","delta":"Hallo"}""");
            await session.SendTextAsync("""{"type":"session.closed"}""");
        });
        await using var connection = await _client.ConnectTranslationAsync("gpt-realtime-translate").Within();

        await connection.AppendAudioAsync(new byte[2]);
        await connection.FinishAsync().Within();

        var read = new List<string>();
        await foreach (var serverEvent in connection.ReadEventsAsync())
            read.Add(serverEvent.Type);
        read.Should().Equal("session.created", "session.output_transcript.delta", "session.closed");
        await FluentActions.Awaiting(() => connection.AppendAudioAsync(new byte[2]).AsTask()).Should().ThrowAsync<InvalidOperationException>();
        await FluentActions.Awaiting(() => connection.FinishAsync()).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_link_that_is_lost_while_finishing_says_so()
    {
        _emulator.OnConnect(async session =>
        {
            await session.GreetAsync();
            await session.ExpectAsync<TranslationSessionCloseEvent>();
            await session.CloseAsync(1011, "oops");
        });
        await using var connection = await _client.ConnectTranslationAsync("gpt-realtime-translate").Within();

        var lost = await FluentActions.Awaiting(() => connection.FinishAsync().Within()).Should().ThrowAsync<RealtimeConnectionException>();

        lost.Which.CloseCode.Should().Be(1011);
    }

    [Fact]
    public async Task A_stream_is_cut_to_pieces_of_200_ms()
    {
        await using var connection = await _client.ConnectTranslationAsync("gpt-realtime-translate").Within();
        var session = await _emulator.WhenConnectedAsync();

        await connection.AppendAudioAsync(new MemoryStream(new byte[20_000])).Within();
        await session.WhenReceivedAsync<TranslationSessionInputAudioBufferAppendEvent>(append => append.Audio.Length == 800);

        session.Received.Select(message => ((TranslationSessionInputAudioBufferAppendEvent)message.Event!).Audio.Length).Should().Equal(9_600, 9_600, 800);
    }

    [Fact]
    public async Task Azure_has_no_translations_and_options_are_checked()
    {
        using var azure = new RealtimeClient(new RealtimeClientOptions { BaseUrl = new("https://x.openai.azure.com/openai/v1"), ApiKey = "k" });

        await FluentActions.Awaiting(() => azure.ConnectTranslationAsync("m")).Should().ThrowAsync<NotSupportedException>();
        await FluentActions.Awaiting(() => _client.ConnectTranslationAsync(new RealtimeTranslationConnectOptions())).Should().ThrowAsync<ArgumentException>();
    }
}
