namespace Realtime.Sdk.Testing.Tests.Sockets;

public sealed class TranslationTests
{
    [Fact]
    public async Task A_translation_session_is_scripted_in_its_own_events()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<TranslationSessionUpdateEvent>());
            await session.ExpectAsync<TranslationSessionInputAudioBufferAppendEvent>();
            await session.SendAsync(new TranslationSessionOutputTranscriptDeltaEvent { Delta = "hola" });
            await session.ExpectAsync<TranslationSessionCloseEvent>();
            await session.SendAsync(new TranslationSessionClosedEvent());
        });
        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime/translations?model=gpt-realtime-translate");

        await caller.ReceiveAsync();
        await caller.SendAsync("""{"type":"session.update","session":{"audio":{"output":{"language":"es"}}}}""");
        var updated = await caller.ReceiveAsync();
        await caller.SendAsync("""{"type":"session.input_audio_buffer.append","audio":"AQI="}""");
        var delta = await caller.ReceiveAsync();
        await caller.SendAsync("""{"type":"session.close"}""");
        var closed = await caller.ReceiveAsync();

        ((string)updated["session"]!["audio"]!["output"]!["language"]!).Should().Be("es");
        ((string)delta["delta"]!).Should().Be("hola");
        ((string)closed["type"]!).Should().Be("session.closed");
        emulator.Sessions.Single().ReceivedAudio.ToArray().Should().Equal(1, 2);
        emulator.Sessions.Single().Session.Configuration.Should().BeOfType<TranslationSessionConfiguration>()
            .Which.Audio!.Output!.Language.Should().Be("es");
    }

    [Theory]
    [InlineData("""{"type":"translation"}""", "session.type")]
    [InlineData("""{"model":"another"}""", "session.model")]
    public async Task A_translation_update_may_name_neither_kind_nor_model(string session, string param)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime/translations?model=gpt-realtime-translate");
        await caller.ReceiveAsync();

        await caller.SendAsync($$"""{"type":"session.update","session":{{session}}}""");
        var error = (await caller.ReceiveAsync())["error"]!;

        ((string)error["code"]!).Should().Be("unknown_parameter");
        ((string)error["param"]!).Should().Be(param);
    }
}
