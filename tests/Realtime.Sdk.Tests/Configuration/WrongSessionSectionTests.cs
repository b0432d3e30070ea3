using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>Sessions that are wrong in a configuration file, and what the host says instead of starting.</summary>
public sealed class WrongSessionSectionTests
{
    private const string Types = "realtime, transcription, translation";

    /// <summary>A session, and what is said of its members; each line begins with the path in <c>Sessions:Support</c>.</summary>
    public static TheoryData<string, string[]> Wrong => new()
    {
        // The type.
        { """{"type":"realtim"}""", [$"type is \"realtim\", should be one of {Types}, did you mean \"realtime\"?"] },
        { """{"type":"Realtime"}""", [$"type is \"Realtime\", should be one of {Types}, did you mean \"realtime\"?"] },
        { """{"type":"gpt-realtime-2"}""", [$"type is \"gpt-realtime-2\", should be one of {Types}"] },
        { """{"type":""}""", [$"type is required: known values are {Types}"] },
        { """{"type":null,"model":"gpt-realtime-2"}""", [$"type is required: known values are {Types}"] },
        { """{"type":["realtime"]}""", [$"type is required: known values are {Types}"] },
        { """{"model":"gpt-realtime-2","instructions":"Be short."}""", [$"type is required: known values are {Types}"] },
        { """{"model":"gpt-realtime-2","audio":{"output":{"voice":"marin"}}}""", [$"type is required: known values are {Types}"] },
        { """{"Type":"realtime","Model":"gpt-realtime-2","Instructions":"Be short.","OutputModalities":["audio"],"Audio":{"Output":{"Voice":"marin"}}}""",
            [
                "Audio is not a known member, did you mean \"audio\"?", "Instructions is not a known member, did you mean \"instructions\"?",
                "Model is not a known member, did you mean \"model\"?", "OutputModalities is not a known member, did you mean \"output_modalities\"?",
                "Type is not a known member, did you mean \"type\"?",
            ] },

        // Names.
        { """{"type":"realtime","instrutions":"Be short."}""", ["instrutions is not a known member, did you mean \"instructions\"?"] },
        { """{"type":"realtime","Instructions":"Be short."}""", ["Instructions is not a known member, did you mean \"instructions\"?"] },
        { """{"type":"realtime","systemPrompt":"Be short."}""", ["systemPrompt is not a known member"] },
        { """{"type":"realtime","voice":"marin"}""", ["voice is not a known member"] },
        { """{"type":"realtime","turn_detection":{"type":"server_vad"}}""", ["turn_detection is not a known member"] },
        { """{"type":"realtime","temperature":0.8}""", ["temperature must not be sent: only sessions of the beta accept it"] },
        { """{"type":"realtime","id":"sess_1"}""", ["id must not be set: the server assigns it"] },
        { """{"type":"realtime","object":"realtime.session","expires_at":1}""",
            ["object must not be set: the server adds it to its responses", "expires_at must not be set: the server decides when a session ends"] },
        { """{"type":"realtime","max_ouput_tokens":100,"modle":"gpt-realtime-2","tool":[]}""",
            [
                "max_ouput_tokens is not a known member, did you mean \"max_output_tokens\"?", "modle is not a known member, did you mean \"model\"?",
                "tool is not a known member, did you mean \"tools\"?",
            ] },
        { """{"type":"realtime","audio":{"ouput":{"voice":"marin"}}}""", ["audio:ouput is not a known member, did you mean \"output\"?"] },
        { """{"type":"realtime","audio":{"output":{"voise":"marin"}}}""", ["audio:output:voise is not a known member, did you mean \"voice\"?"] },
        { """{"type":"realtime","audio":{"input":{"turnDetection":{"type":"server_vad"}}}}""", ["audio:input:turnDetection is not a known member, did you mean \"turn_detection\"?"] },
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","threshhold":0.5}}}}""",
            ["audio:input:turn_detection:threshhold is not a known member, did you mean \"threshold\"?"] },
        { """{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcm","sample_rate":24000}}}}""", ["audio:input:format:sample_rate is not a known member"] },
        { """{"type":"realtime","audio":{"input":{"transcription":{"modle":"whisper-1"}}}}""", ["audio:input:transcription:modle is not a known member, did you mean \"model\"?"] },
        { """{"type":"realtime","tools":[{"type":"function","name":"a","nam":"b"}]}""", ["tools:0:nam is not a known member, did you mean \"name\"?"] },
        { """{"type":"realtime","tools":[{"type":"function","nam":"a"}]}""", ["tools:0:name is required", "tools:0:nam is not a known member, did you mean \"name\"?"] },
        { """{"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://example.com","requireApproval":"never"}]}""",
            ["tools:0:requireApproval is not a known member, did you mean \"require_approval\"?"] },
        { """{"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://example.com","allowed_tools":{"names":["x"]}}]}""",
            ["tools:0:allowed_tools:names must not be sent: a filter accepts only tool_names and read_only"] },
        { """{"type":"realtime","prompt":{"id":"pmpt_1","variable":{"city":"Oslo"}}}""", ["prompt:variable is not a known member, did you mean \"variables\"?"] },
        { """{"type":"realtime","truncation":{"type":"retention_ratio","retention_ratio":0.8,"token_limits":{"post_instruction":1000}}}""",
            ["truncation:token_limits:post_instruction is not a known member, did you mean \"post_instructions\"?"] },
        { """{"type":"realtime","reasoning":{"efort":"low"}}""", ["reasoning:efort is not a known member, did you mean \"effort\"?"] },
        { """{"type":"transcription","model":"whisper-1"}""", ["model must not be sent: transcription sessions do not accept it"] },
        { """{"type":"translation","model":"gpt-realtime-translate","audio":{"output":{"languages":"es"}}}""", ["audio:output:languages is not a known member, did you mean \"language\"?"] },

        // Types of what a session holds.
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vda"}}}}""",
            ["audio:input:turn_detection:type is \"server_vda\", should be one of server_vad, semantic_vad, did you mean \"server_vad\"?"] },
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"threshold":0.5}}}}""", ["audio:input:turn_detection:type is required: known values are server_vad, semantic_vad"] },
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"Type":"server_vad"}}}}""", ["audio:input:turn_detection:Type is not a known member, did you mean \"type\"?"] },
        { """{"type":"realtime","audio":{"input":{"turn_detection":"server_vad"}}}""",
            ["audio:input:turn_detection should be an object whose type is one of server_vad, semantic_vad"] },
        { """{"type":"realtime","audio":{"input":{"noise_reduction":"near_field"}}}""", ["audio:input:noise_reduction should be an object whose type is one of near_field, far_field"] },
        { """{"type":"realtime","audio":{"input":{"transcription":"whisper-1"}}}""", ["audio:input:transcription should be an object or null"] },
        { """{"type":"realtime","audio":{"input":{"format":{"type":"pcm16"}}}}""", ["audio:input:format:type is \"pcm16\", should be one of audio/pcm, audio/pcmu, audio/pcma"] },
        { """{"type":"realtime","audio":{"input":{"format":"pcm16"},"output":{"format":"opus"}}}""",
            [
                "audio:input:format should be an object whose type is one of audio/pcm, audio/pcmu, audio/pcma",
                "audio:output:format should be an object whose type is one of audio/pcm, audio/pcmu, audio/pcma",
            ] },
        { """{"type":"realtime","tools":[{"type":"functoin","name":"a"}]}""", ["tools:0:type is \"functoin\", should be one of function, mcp, did you mean \"function\"?"] },
        { """{"type":"realtime","tools":[{"name":"a"}]}""", ["tools:0:type is required: known values are function, mcp"] },
        { """{"type":"realtime","tools":[null,{"type":"function","name":"a"}]}""", ["tools:0 is required"] },
        { """{"type":"realtime","tools":["get_weather"]}""", ["tools:0 should be an object whose type is one of function, mcp"] },
        { """{"type":"realtime","tools":[{"type":"function","function":{"name":"a","parameters":{"type":"object"}}}]}""",
            ["tools:0:name is required", "tools:0:function should not be sent: name, description and parameters are members of the tool itself"] },
        { """{"type":"realtime","tool_choice":{"type":"function","function":{"name":"a"}}}""", ["tool_choice:function should not be sent: name is a member of the tool choice itself"] },
        { """{"type":"realtime","truncation":{"type":"retention_ratio"}}""", ["truncation:retention_ratio is required"] },
        { """{"type":"realtime","truncation":{"type":"retention_ratio","retention_ration":0.8}}""",
            ["truncation:retention_ratio is required", "truncation:retention_ration is not a known member, did you mean \"retention_ratio\"?"] },
        { """{"type":"realtime","tool_choice":{"type":"functoin","name":"a"}}""", ["tool_choice:type is \"functoin\", should be one of function, mcp, did you mean \"function\"?"] },

        // Values.
        { """{"type":"realtime","audio":{"output":{"speed":"fast"}}}""", ["audio:output:speed must be a number"] },
        { """{"type":"realtime","audio":{"output":{"speed":"1,25"}}}""", ["audio:output:speed must be a number"] },
        { """{"type":"realtime","audio":{"output":{"speed":3}}}""", ["audio:output:speed is 3, must be at most 1.5"] },
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","silence_duration_ms":"00:00:00.5"}}}}""",
            ["audio:input:turn_detection:silence_duration_ms must be a number"] },
        { """{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcm","rate":24000.5}}}}""", ["audio:input:format:rate cannot be read: A whole number was expected."] },
        { """{"type":"realtime","parallel_tool_calls":"yes"}""", ["parallel_tool_calls must be true or false"] },
        { """{"type":"realtime","max_output_tokens":5000}""", ["max_output_tokens is 5000, must be at most 4096"] },
        { """{"type":"realtime","max_output_tokens":true}""", ["max_output_tokens must be a number or a string"] },
        { """{"type":"realtime","max_output_tokens":""}""", ["max_output_tokens must be a number or a string"] },
        { """{"type":"realtime","tracing":true}""", ["tracing should be \"auto\", an object or null"] },
        { """{"type":"realtime","tool_choice":false,"instrutions":"x"}""",
            ["tool_choice should be an object whose type is one of function, mcp", "instrutions is not a known member, did you mean \"instructions\"?"] },
        { """{"type":"realtime","instructions":["Be short."]}""", ["instructions must be a string"] },
        { """{"type":"realtime","output_modalities":"audio"}""", ["output_modalities must be a list"] },
        { """{"type":"realtime","output_modalities":["audio","text"]}""", ["output_modalities is [audio, text], must be exactly one of text, audio"] },
        { """{"type":"realtime","audio":"pcm16"}""", ["audio must be an object"] },
        { """{"type":"realtime","tools":{"weather":{"type":"function","name":"get_weather"}}}""", ["tools must be a list: its elements must have the keys 0, 1, 2 and so on"] },
        { """{"type":"realtime","tools":{"0":{"type":"function","name":"a"},"2":{"type":"function","name":"b"}}}""",
            ["tools must be a list: its elements must have the keys 0, 1, 2 and so on"] },
        { """{"type":"realtime","prompt":{"id":"pmpt_1","variables":["Oslo"],"version":{"n":2}}}""", ["prompt:version must be a string"] },
        { """{"type":"realtime","instrutions":"x","audio":{"output":{"speed":"fast","voise":"marin"}},"max_output_tokens":0}""",
            [
                "audio:output:speed must be a number", "max_output_tokens is 0, must be at least 1", "audio:output:voise is not a known member, did you mean \"voice\"?",
                "instrutions is not a known member, did you mean \"instructions\"?",
            ] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_host_with_a_wrong_session_does_not_start(string session, string[] failures)
    {
        var host = await StartedHost.WithSectionAsync(session);

        host.Failures.Should().BeEquivalentTo(failures.Select(failure => $"Session \"support\": Sessions:Support:{failure}"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"Sessions":{"Suport":{"type":"realtime"}}}""")]
    [InlineData("""{"Sessions":{"Support":{}}}""")]
    [InlineData("""{"Sessions":{"Support":null}}""")]
    [InlineData("""{"Sessions":{"Support":"realtime"}}""")]
    public async Task A_section_that_is_missing_misnamed_or_empty_is_named(string json)
    {
        var host = await StartedHost.WithAsync(json, (services, configuration) => services.AddRealtimeSession("support", configuration.GetSection("Sessions:Support")));

        host.Failures.Should().Equal("Session \"support\": the configuration section Sessions:Support is missing or has no members");
    }

    [Fact]
    public async Task A_session_whose_members_come_from_two_sources_at_odds_is_refused()
    {
        var host = await StartedHost.WithAsync("""{"Sessions":{"Support":{"type":"realtime","audio":{"output":{"voice":"marin"}}}}}""", (services, configuration) =>
        {
            ((IConfigurationBuilder)configuration).AddInMemoryCollection([new("Sessions:Support:audio", "off")]);
            services.AddRealtimeSession("support", configuration.GetSection("Sessions:Support"));
        });

        host.Failures.Should().Equal("Session \"support\": Sessions:Support:audio contains a string and members at the same time");
    }

    /// <summary>Sources are merged member by member, so that null and an empty list replace nothing.</summary>
    [Theory]
    [InlineData("""{"audio":{"input":{"turn_detection":{"type":"server_vad"}}}}""", """{"audio":{"input":{"turn_detection":null}}}""", "audio:input:turn_detection")]
    [InlineData("""{"audio":{"input":{"turn_detection":null}}}""", """{"audio":{"input":{"turn_detection":{"type":"server_vad"}}}}""", "audio:input:turn_detection")]
    [InlineData("""{"tools":[{"type":"function","name":"a"}]}""", """{"tools":[]}""", "tools")]
    public async Task A_source_that_cannot_empty_what_another_has_set_is_refused(string first, string second, string path)
    {
        var host = await StartedHost.WithAsync($$$"""{"Sessions":{"Support":{{{first}}}}}""", (services, configuration) =>
        {
            var json = $$$"""{"Sessions":{"Support":{{{second}}}}}""";
            ((IConfigurationBuilder)configuration).AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).AddInMemoryCollection([new("Sessions:Support:type", "realtime")]);
            services.AddRealtimeSession("support", configuration.GetSection("Sessions:Support"));
        });

        host.Failures.Should().Equal(
            $"Session \"support\": Sessions:Support:{path} is null or empty in one configuration source and has members in another, and configuration merges both: set it in only one source");
    }

    [Fact]
    public async Task A_secret_is_in_no_message()
    {
        var host = await StartedHost.WithSectionAsync("""
            {"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://example.com","authorisation":"canary",
             "authorization":{"token":"canary"},"headers":{"X-Key":["canary"]},"defer_loading":"canary"}]}
            """);

        host.Failures.Should().HaveCount(4).And.NotContain(failure => failure.Contains("canary"));
    }

    [Fact]
    public async Task Unknown_members_and_types_are_accepted_where_the_registration_says_so()
    {
        const string json = """{"type":"realtime","novelty":{"mode":"fast"},"audio":{"input":{"turn_detection":{"type":"neural_vad","patience":"long"}}}}""";

        var host = await StartedHost.WithSectionAsync(json, options => options.AllowUnknownMembers = true);

        host.Failures.Should().BeEmpty();
        host.Warnings.Should().BeEmpty();
        RealtimeJson.Serialize(host.Session!).Should().Contain("\"novelty\":{\"mode\":\"fast\"}").And.Contain("\"patience\":\"long\"");
    }

    [Fact]
    public async Task Where_unknown_members_are_accepted_everything_else_is_still_refused()
    {
        var host = await StartedHost.WithSectionAsync(
            """{"type":"realtime","novelty":1,"audio":{"output":{"speed":"fast"}},"max_output_tokens":0}""", options => options.AllowUnknownMembers = true);

        host.Failures.Should().BeEquivalentTo(
            "Session \"support\": Sessions:Support:audio:output:speed must be a number",
            "Session \"support\": Sessions:Support:max_output_tokens is 0, must be at least 1",
            "Session \"support\": Sessions:Support:novelty is either a string or a number, which configuration cannot distinguish: add the session from a JSON file or stream instead");
    }
}
