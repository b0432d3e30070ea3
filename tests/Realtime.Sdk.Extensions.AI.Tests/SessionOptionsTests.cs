namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Session options, from the app to the server and back.</summary>
public sealed class SessionOptionsTests
{
    private static readonly AIFunction Weather = AIFunctionFactory.Create((string city) => $"Sunny in {city}.", "get_weather", "The weather in a city.");

    [Fact]
    public async Task Every_option_is_sent_under_its_name_on_the_wire()
    {
        var session = await Talk.ConfigureAsync(new()
        {
            Model = "gpt-realtime-2",
            Instructions = "Be brief.",
            Voice = "cedar",
            OutputModalities = ["audio"],
            MaxOutputTokens = 300,
            ToolMode = ChatToolMode.RequireSpecific("get_weather"),
            Tools = [Weather],
            InputAudioFormat = new("audio/pcmu", 8_000),
            OutputAudioFormat = new("audio/pcm", 24_000),
            TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe", SpeechLanguage = "en", Prompt = "Physics." },
            VoiceActivityDetection = new() { AllowInterruption = false },
        });

        JsonElement.DeepEquals(session, JsonElement.Parse("""
            {
              "type": "realtime", "model": "gpt-realtime-2", "instructions": "Be brief.", "output_modalities": ["audio"], "max_output_tokens": 300,
              "tool_choice": { "type": "function", "name": "get_weather" },
              "tools": [{ "type": "function", "name": "get_weather", "description": "The weather in a city.",
                "parameters": { "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] } }],
              "audio": {
                "input": {
                  "format": { "type": "audio/pcmu" },
                  "transcription": { "model": "gpt-4o-transcribe", "language": "en", "prompt": "Physics." },
                  "turn_detection": { "type": "server_vad", "interrupt_response": false }
                },
                "output": { "format": { "type": "audio/pcm", "rate": 24000 }, "voice": "cedar" }
              }
            }
            """)).Should().BeTrue(session.GetRawText());
    }

    [Fact]
    public async Task Options_that_are_not_set_are_not_sent()
    {
        var session = await Talk.ConfigureAsync(new() { Voice = "marin" });

        session.ToString().Should().Be("""{"type":"realtime","model":"gpt-realtime","audio":{"output":{"voice":"marin"}}}""");
    }

    [Fact]
    public async Task Without_options_the_session_has_the_model_of_the_client_and_is_not_updated()
    {
        await using var talk = await Talk.StartAsync();

        talk.Emulator.Sessions[0].Received.Should().BeEmpty();
        talk.Session.Options!.Model.Should().Be("gpt-realtime");
    }

    [Fact]
    public async Task A_conversation_without_a_model_is_refused()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        using var realtime = client.AsIRealtimeClient();

        await realtime.Invoking(subject => subject.CreateSessionAsync()).Should().ThrowAsync<ArgumentException>().WithMessage("There is no model: pass one to AsIRealtimeClient, or set Model.");
        await realtime.Invoking(subject => subject.CreateSessionAsync(new() { Voice = "cedar" })).Should().ThrowAsync<ArgumentException>();
        await using var session = await realtime.CreateSessionAsync(new() { Model = "gpt-realtime-2" }).WithTimeout();
        session.Options!.Model.Should().Be("gpt-realtime-2");
    }

    [Theory]
    [InlineData("auto"), InlineData("none"), InlineData("required")]
    public async Task Tool_modes_are_choices(string choice)
    {
        ChatToolMode mode = choice switch { "auto" => ChatToolMode.Auto, "none" => ChatToolMode.None, _ => ChatToolMode.RequireAny };
        await using var talk = await Talk.StartAsync(new() { ToolMode = mode, Tools = [Weather] });

        JsonElement.Parse(talk.Emulator.Sessions[0].Received[0].Text).GetProperty("session").GetProperty("tool_choice").GetString().Should().Be(choice);
        talk.Session.Options!.ToolMode.Should().Be(mode);
    }

    [Fact]
    public async Task The_options_of_a_session_are_those_that_the_server_reports()
    {
        await using var talk = await Talk.StartAsync(new()
        {
            Instructions = "Be brief.",
            MaxOutputTokens = 300,
            Tools = [Weather],
            ToolMode = ChatToolMode.RequireSpecific("get_weather"),
            TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe", SpeechLanguage = "en" },
            InputAudioFormat = new("audio/pcmu", 8_000),
            VoiceActivityDetection = new() { AllowInterruption = false },
        });

        var options = talk.Session.Options!;

        (options.Model, options.Instructions, options.MaxOutputTokens, options.SessionKind).Should().Be(("gpt-realtime", "Be brief.", 300, RealtimeSessionKind.Conversation));
        options.Voice.Should().Be("alloy", "it is the default of the server");
        options.OutputModalities.Should().Equal("audio");
        options.ToolMode.Should().Be(ChatToolMode.RequireSpecific("get_weather"));
        options.Tools.Should().ContainSingle().Which.Should().BeSameAs(Weather, "only the app has the code of the function");
        options.InputAudioFormat.Should().BeEquivalentTo(new RealtimeAudioFormat("audio/pcmu", 8_000));
        options.OutputAudioFormat.Should().BeEquivalentTo(new RealtimeAudioFormat("audio/pcm", 24_000));
        options.TranscriptionOptions.Should().BeEquivalentTo(new TranscriptionOptions { ModelId = "gpt-4o-transcribe", SpeechLanguage = "en" });
        options.VoiceActivityDetection.Should().BeEquivalentTo(new { Enabled = true, AllowInterruption = false });
        talk.Session.Options.Should().BeSameAs(options, "it has not changed");
    }

    [Fact]
    public async Task An_update_contains_only_its_options()
    {
        var sent = (await Talk.SayAsync(new SessionUpdateRealtimeClientMessage(new() { Instructions = "Hurry." }) { MessageId = "m1" }))[0];

        sent.ToString().Should().Be("""{"type":"session.update","event_id":"m1","session":{"type":"realtime","instructions":"Hurry."}}""");
    }

    [Fact]
    public async Task The_options_change_when_the_server_reports_an_update()
    {
        await using var talk = await Talk.StartAsync();

        await talk.SendAsync(new SessionUpdateRealtimeClientMessage(new() { Instructions = "Hurry.", Tools = [Weather], VoiceActivityDetection = new() { Enabled = false } }));
        await talk.UntilAsync(new("session.updated"));

        talk.Session.Options!.Instructions.Should().Be("Hurry.");
        talk.Session.Options.Tools.Should().Equal(Weather);
        talk.Session.Options.VoiceActivityDetection!.Enabled.Should().BeFalse();
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_update_of_turn_detection_keeps_its_kind_and_its_other_settings()
    {
        var raw = new RealtimeSessionConfiguration { Audio = new() { Input = new() { TurnDetection = new SemanticVad { Eagerness = VadEagerness.Low } } } };

        var sent = (await Talk.SayAsync(
            new SessionUpdateRealtimeClientMessage(new() { VoiceActivityDetection = new() { AllowInterruption = false } }), new() { RawRepresentationFactory = () => raw }))[0];

        var detection = sent.GetProperty("session").GetProperty("audio").GetProperty("input").GetProperty("turn_detection");
        (detection.GetProperty("type").GetString(), detection.GetProperty("eagerness").GetString(), detection.GetProperty("interrupt_response").GetBoolean()).Should().Be(("semantic_vad", "low", false));
    }

    [Fact]
    public async Task An_option_that_is_set_replaces_the_value_of_the_raw_representation()
    {
        var session = await Talk.ConfigureAsync(new()
        {
            Instructions = "Be brief.",
            TranscriptionOptions = new() { SpeechLanguage = "en" },
            Tools = [Weather],
            RawRepresentationFactory = () => new RealtimeSessionConfiguration
            {
                Instructions = "Be verbose.",
                Tools = [new FunctionTool { Name = "get_weather" }, new FunctionTool { Name = "get_time" }],
                Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-4o-transcribe", Language = "de", Prompt = "Physics." } } },
            },
        });

        session.GetProperty("instructions").GetString().Should().Be("Be brief.");
        session.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()).Should().Equal("get_time", "get_weather");
        session.GetProperty("tools")[1].GetProperty("description").GetString().Should().Be("The weather in a city.");
        session.GetProperty("audio").GetProperty("input").GetProperty("transcription").ToString().Should().Be("""{"model":"gpt-4o-transcribe","language":"en","prompt":"Physics."}""");
    }

    [Fact]
    public async Task Options_of_the_SDK_complete_those_of_the_abstraction()
    {
        var session = await Talk.ConfigureAsync(new()
        {
            Instructions = "Be brief.",
            Voice = "cedar",
            RawRepresentationFactory = () => new RealtimeSessionConfiguration
            {
                Reasoning = new() { Effort = RealtimeReasoningEffort.Low },
                Model = "gpt-realtime-2",
                Audio = new() { Output = new() { Speed = 1.25 } },
            },
        });

        session.ToString().Should().Be(
            """{"type":"realtime","model":"gpt-realtime-2","instructions":"Be brief.","audio":{"output":{"voice":"cedar","speed":1.25}},"reasoning":{"effort":"low"}}""");
    }

    [Fact]
    public async Task The_raw_representation_of_options_can_contain_options_of_the_connection()
    {
        await using var talk = await Talk.StartAsync(new() { Voice = "cedar", RawRepresentationFactory = () => new RealtimeConnectOptions { SafetyIdentifier = "user-7" } });

        talk.Emulator.Sessions[0].Request.Headers["OpenAI-Safety-Identifier"].Should().Be("user-7");
        talk.Session.Options!.Voice.Should().Be("cedar");
    }

    [Fact]
    public async Task Options_that_were_read_can_be_sent_back()
    {
        await using var talk = await Talk.StartAsync(new() { Instructions = "Be brief.", Tools = [Weather], Voice = "cedar" });
        var before = talk.Session.Options!;

        await talk.SendAsync(new SessionUpdateRealtimeClientMessage(before));
        await talk.UntilAsync(new("session.updated"));
        await talk.UntilAsync(new("session.updated"));

        talk.Session.Options.Should().BeEquivalentTo(before, how => how.Excluding(options => options.RawRepresentationFactory).Excluding(options => options.Tools));
        talk.Session.Options!.Tools.Should().Equal(before.Tools);
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Custom_voices_and_unlimited_tokens_are_the_same_in_both_directions()
    {
        var session = await Talk.ConfigureAsync(new() { MaxOutputTokens = int.MaxValue, Voice = "voice_1234" });
        var created = await Talk.HearOneAsync("""{"type":"response.created","response":{"id":"r","audio":{"output":{"voice":{"id":"voice_1234"}}}}}""");

        session.ToString().Should().Contain("\"max_output_tokens\":\"inf\"").And.Contain("""{"voice":{"id":"voice_1234"}}""");
        ((ResponseCreatedRealtimeServerMessage)created).OutputVoice.Should().Be("voice_1234");
    }

    [Fact]
    public async Task Tools_of_MCP_servers_are_those_of_the_service()
    {
        var tool = new HostedMcpServerTool("docs", "https://mcp.example.com/sse")
        {
            ServerDescription = "Manuals",
            AllowedTools = ["search"],
            ApprovalMode = HostedMcpServerToolApprovalMode.RequireSpecific(null, ["search"]),
            Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer token-1", ["X-Team"] = "blue" },
        };

        var session = await Talk.ConfigureAsync(new() { Tools = [tool] });

        JsonElement.DeepEquals(session.GetProperty("tools")[0], JsonElement.Parse("""
            {
              "type": "mcp", "server_label": "docs", "server_url": "https://mcp.example.com/sse", "server_description": "Manuals", "authorization": "token-1",
              "headers": { "X-Team": "blue" }, "allowed_tools": ["search"], "require_approval": { "never": { "tool_names": ["search"] } }
            }
            """)).Should().BeTrue(session.GetRawText());
    }

    [Fact]
    public async Task Tools_that_only_the_server_knows_are_declarations()
    {
        await using var talk = await Talk.HearAsync("""
            {"type":"session.updated","session":{"type":"realtime","tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"}},
            {"type":"mcp","server_label":"docs","server_url":"https://x.example/","allowed_tools":["a"],"require_approval":"never"},
            {"type":"mcp","server_label":"mail","connector_id":"connector_gmail","require_approval":"always"},{"type":"crystal_ball","size":3}]}}
            """.ReplaceLineEndings(""));
        await talk.ReadToEndAsync();

        var tools = talk.Session.Options!.Tools!;

        tools[0].Should().NotBeAssignableTo<AIFunction>().And.BeAssignableTo<AIFunctionDeclaration>().Which.Should().BeEquivalentTo(new { Name = "f", Description = "d" });
        tools[1].Should().BeOfType<HostedMcpServerTool>().Which.Should().BeEquivalentTo(
            new { ServerName = "docs", ServerAddress = "https://x.example/", AllowedTools = new[] { "a" }, ApprovalMode = HostedMcpServerToolApprovalMode.NeverRequire });
        tools[2].Should().BeOfType<HostedMcpServerTool>().Which.Should().BeEquivalentTo(new { ServerName = "mail", ServerAddress = "connector_gmail" });
        tools[3].Name.Should().Be("crystal_ball");
        tools[3].GetService<RealtimeTool>().Should().BeOfType<UnknownTool>();
    }

    [Fact]
    public async Task Tools_that_the_API_does_not_have_are_refused()
    {
        await using var talk = await Talk.StartAsync();

        await talk.Client.Invoking(client => client.CreateSessionAsync(new() { Tools = [new HostedWebSearchTool()] })).Should().ThrowAsync<ArgumentException>()
            .WithMessage("The Realtime API has no tool like 'web_search' of the type HostedWebSearchTool*");
    }

    [Fact]
    public async Task Options_that_break_a_rule_are_refused_with_their_paths_before_anything_is_sent()
    {
        await using var talk = await Talk.StartAsync();

        var refused = await talk.Session.Invoking(session => session.SendAsync(new SessionUpdateRealtimeClientMessage(new()
        {
            MaxOutputTokens = -1,
            InputAudioFormat = new("audio/pcmu", 16_000),
            OutputAudioFormat = new("audio/pcm", 8_000),
        }))).Should().ThrowAsync<RealtimeValidationException>();

        refused.Which.Violations.Where(violation => violation.Severity == ConstraintSeverity.Error).Select(violation => violation.Path)
            .Should().BeEquivalentTo("session.max_output_tokens", "session.audio.input.format.rate", "session.audio.output.format.rate");
        talk.Emulator.Sessions[0].Received.Should().BeEmpty();
    }

    [Fact]
    public async Task Kinds_of_sessions_that_the_API_does_not_have_are_refused()
    {
        await using var talk = await Talk.StartAsync();

        await talk.Client.Invoking(client => client.CreateSessionAsync(new() { SessionKind = new("dance") })).Should().ThrowAsync<NotSupportedException>();
        await talk.Client.Invoking(client => client.CreateSessionAsync(new() { RawRepresentationFactory = () => "text" })).Should().ThrowAsync<ArgumentException>()
            .WithMessage("RawRepresentationFactory returned a String: this session needs a RealtimeSessionConfiguration.*");
    }

    [Fact]
    public async Task A_format_that_is_newer_than_this_package_is_sent_and_read()
    {
        var created = await Talk.HearOneAsync("""{"type":"response.created","response":{"id":"r","audio":{"output":{"format":{"type":"audio/opus","rate":48000}}}}}""");
        await using var talk = await Talk.StartAsync();

        await talk.SendAsync(new SessionUpdateRealtimeClientMessage(new() { InputAudioFormat = new("audio/opus", 48_000) }));
        var error = (ErrorRealtimeServerMessage)(await talk.UntilAsync(RealtimeServerMessageType.Error))[^1];

        ((ResponseCreatedRealtimeServerMessage)created).OutputAudioOptions.Should().BeEquivalentTo(new RealtimeAudioFormat("audio/opus", 48_000));
        error.Error!.Message.Should().Contain("audio/opus", "the server decides which formats there are");
    }

    [Fact]
    public async Task The_flat_session_of_a_beta_server_is_read_too()
    {
        await using var talk = await Talk.HearAsync("""
            {"type":"session.updated","session":{"id":"s","object":"realtime.session","model":"gpt-4o-realtime-preview","modalities":["text"],"instructions":"Be brief.","voice":"shimmer",
            "input_audio_format":"pcm16","output_audio_format":"g711_ulaw","input_audio_transcription":{"model":"whisper-1"},"turn_detection":{"type":"server_vad"},"tools":[],"tool_choice":"auto",
            "temperature":0.8,"max_response_output_tokens":"inf"}}
            """.ReplaceLineEndings(""));
        await talk.ReadToEndAsync();

        var options = talk.Session.Options!;

        (options.Instructions, options.Voice, options.MaxOutputTokens).Should().Be(("Be brief.", "shimmer", int.MaxValue));
        options.InputAudioFormat!.MediaType.Should().Be("audio/pcm");
        options.OutputAudioFormat!.MediaType.Should().Be("audio/pcmu");
        options.TranscriptionOptions!.ModelId.Should().Be("whisper-1");
        options.VoiceActivityDetection.Should().BeEquivalentTo(new { Enabled = true, AllowInterruption = true });
    }
}
