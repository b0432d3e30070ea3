using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Transport.WebSockets;

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

        await using var connection = await _client.ConnectTranslationAsync(session).WithTimeout();

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
            await session.SendSessionCreatedAsync();
            await session.ExpectAsync<TranslationSessionInputAudioBufferAppendEvent>();
            await session.ExpectAsync<TranslationSessionCloseEvent>();
            await session.SendTextAsync("""{"type":"session.output_transcript.delta","delta":"Hallo"}""");
            await session.SendTextAsync("""{"type":"session.closed"}""");
        });
        await using var connection = await _client.ConnectTranslationAsync("gpt-realtime-translate").WithTimeout();

        await connection.AppendAudioAsync(new byte[2]);
        await connection.FinishAsync().WithTimeout();

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
            await session.SendSessionCreatedAsync();
            await session.ExpectAsync<TranslationSessionCloseEvent>();
            await session.CloseAsync(1011, "oops");
        });
        await using var connection = await _client.ConnectTranslationAsync("gpt-realtime-translate").WithTimeout();

        var lost = await FluentActions.Awaiting(() => connection.FinishAsync().WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();

        lost.Which.CloseCode.Should().Be(1011);
    }

    [Fact]
    public async Task A_stream_is_cut_to_pieces_of_200_ms()
    {
        await using var connection = await _client.ConnectTranslationAsync("gpt-realtime-translate").WithTimeout();
        var session = await _emulator.WhenConnectedAsync();

        await connection.AppendAudioAsync(new MemoryStream(new byte[20_000])).WithTimeout();
        await session.WhenReceivedAsync<TranslationSessionInputAudioBufferAppendEvent>(append => append.Audio.Length == 800);

        session.Received.Select(message => ((TranslationSessionInputAudioBufferAppendEvent)message.Event!).Audio.Length).Should().Equal(9_600, 9_600, 800);
    }

    [Fact]
    public async Task Azure_has_no_translations_and_options_are_checked()
    {
        using var azure = new RealtimeClient(new RealtimeClientOptions { BaseUrl = new("https://x.openai.azure.com/openai/v1"), ApiKey = "k" });

        await FluentActions.Awaiting(() => azure.ConnectTranslationAsync("gpt-realtime-translate")).Should().ThrowAsync<NotSupportedException>();
        await FluentActions.Awaiting(() => _client.ConnectTranslationAsync(new RealtimeTranslationConnectOptions())).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Translated_audio_can_be_taken_without_allocating_and_audio_in_another_format_stays_an_event()
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var connection = RealtimeTranslationConnection.FromWebSocket(pair.Client);
        var heard = new List<byte>();
        connection.OnOutputAudio((in audio) => heard.AddRange(audio.Audio));
        await pair.SendAsync("""{"type":"session.output_audio.delta","event_id":"e1","delta":"AQID","sample_rate":24000,"channels":1,"format":"pcm16","elapsed_ms":20}""");
        await pair.SendAsync("""{"type":"session.output_audio.delta","delta":"BAU="}""");
        await pair.SendAsync("""{"type":"session.output_audio.delta","delta":"Bgc=","sample_rate":48000}""");

        var first = await FirstAsync(connection.ReadEventsAsync());

        heard.Should().Equal(1, 2, 3, 4, 5);
        var other = first.Should().BeOfType<TranslationSessionOutputAudioDeltaEvent>().Which;
        (other.SampleRate, other.Delta.ToArray()).Should().BeEquivalentTo((48_000, new byte[] { 6, 7 }));
    }

    [Fact]
    public async Task A_translation_is_updated_and_its_reply_awaited_and_a_refusal_is_thrown()
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var connection = RealtimeTranslationConnection.FromWebSocket(pair.Client);
        var update = new TranslationSessionUpdateEvent { Session = new() { Audio = new() { Output = new() { Language = "fr" } } } };

        var updating = connection.SendAndWaitForReplyAsync(update);
        await pair.ReceiveAsync();
        await pair.SendAsync("""{"type":"session.updated","session":{"type":"translation"}}""");
        var updated = await updating.WithTimeout();
        var refused = connection.SendAndWaitForReplyAsync(update);
        await pair.ReceiveAsync();
        await pair.SendAsync("""{"type":"error","error":{"type":"invalid_request_error","code":"invalid_value","message":"No such language."}}""");

        updated.Should().BeOfType<TranslationSessionUpdatedEvent>();
        (await FluentActions.Awaiting(() => refused.WithTimeout()).Should().ThrowAsync<RealtimeApiException>()).Which.Error!.Message.Should().Be("No such language.");
        await FluentActions.Awaiting(() => connection.SendAndWaitForReplyAsync(new TranslationSessionInputAudioBufferAppendEvent { Audio = new byte[2] })).Should()
            .ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Messages_of_a_translation_come_and_go_as_they_are()
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var connection = RealtimeTranslationConnection.FromWebSocket(pair.Client);

        await connection.SendMessageAsync("{\"type\":\"new.event\"}"u8.ToArray());
        await pair.SendAsync("""{"type":"session.created"}""");

        (await pair.ReceiveAsync()).Should().Be("""{"type":"new.event"}""");
        (await FirstAsync(connection.ReadMessagesAsync())).Type.Should().Be("session.created");
    }

    private static async Task<T> FirstAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var item in items)
            return item;
        throw new InvalidOperationException("Nothing came.");
    }
}
