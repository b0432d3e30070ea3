using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>A configuration holds only texts: what gives a session its JSON back, and what is refused because nothing can.</summary>
public sealed class ExactSectionTests
{
    private const string Advice = ", which configuration cannot distinguish: add the session from a JSON file or stream instead";

    /// <summary>Sessions that arrive as they stand in the file.</summary>
    public static TheoryData<string> Exact => new()
    {
        """{"type":"realtime"}""",
        """
        {"type":"realtime","model":"gpt-realtime-2","instructions":"42","output_modalities":["audio"],
         "audio":{"input":{"turn_detection":null,"format":{"type":"audio/pcm","rate":24000}},"output":{"voice":"marin","speed":1.25}},
         "tools":[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"days":{"type":"integer","minimum":1}},"additionalProperties":false}}],
         "parallel_tool_calls":true,"max_output_tokens":400,"prompt":{"id":"pmpt_1","version":"2"}}
        """,
        """{"type":"realtime","instructions":"","tools":[],"max_output_tokens":"inf"}""",
        """{"type":"realtime","instructions":"true","model":"1e3"}""",
        """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","idle_timeout_ms":null,"create_response":false,"threshold":0.5}}}}""",
        """{"type":"realtime","audio":{"output":{"voice":{"id":"123"}}},"tool_choice":{"type":"function","name":"1"}}""",
        """{"type":"realtime","tools":[{"type":"function","name":"pick","parameters":{"type":"object","properties":{"size":{"type":"string","enum":["1","2","10"]}}}}]}""",
        """{"type":"realtime","tools":[{"type":"function","name":"pick","parameters":{"type":"object","properties":{"size":{"type":"integer","enum":[1,2,10],"default":2}}}}]}""",
        """{"type":"realtime","tools":[{"type":"function","name":"pick","parameters":{"type":"object","properties":{"size":{"type":["integer","null"],"enum":[1,2,null]}}}}]}""",
        """{"type":"realtime","tools":[{"type":"function","name":"pick","parameters":{"type":"object","properties":{"size":{"type":["string","null"],"enum":["1",null]}}}}]}""",
        """{"type":"realtime","tools":[{"type":"function","name":"pick","parameters":{"type":"object","properties":{"sizes":{"type":"array","items":{"type":"string"},"default":[]}}}}]}""",
        """{"type":"realtime","tools":[{"type":"function","name":"hang_up","parameters":{"type":"object","properties":{},"required":[]}}]}""",
        """
        {"type":"realtime","tools":[{"type":"function","name":"find","parameters":{"type":"object","properties":{
         "0":{"type":"string"},"type":{"type":["string","null"],"description":"true"},"any":{},"off":false,
         "list":{"type":"array","items":{"anyOf":[{"type":"number","maximum":1.5},{"type":"boolean","const":true}]},"uniqueItems":true}},"required":["0"]}}]}
        """,
        """
        {"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://example.com","headers":{"0":"00123","X-Flag":"true"},
         "allowed_tools":["1","2"],"require_approval":{"never":{"tool_names":["3"],"read_only":true}}}]}
        """,
        """
        {"type":"realtime","tools":[{"type":"function","name":"all","parameters":{
         "type":"object","title":"1","description":"true","format":"2","pattern":"3","$ref":"#/$defs/d","$id":"4","$schema":"5","$anchor":"6","$comment":"7",
         "contentEncoding":"8","contentMediaType":"9","required":["n"],"properties":{
         "n":{"type":"number","minimum":0,"maximum":9,"exclusiveMinimum":-1,"exclusiveMaximum":10,"multipleOf":0.5,"default":1.5,"examples":[1,2]},
         "s":{"type":"string","minLength":1,"maxLength":2,"const":"1","nullable":true,"deprecated":false,"readOnly":true,"writeOnly":false},
         "b":{"type":"boolean","default":true,"enum":[true]},
         "l":{"type":"array","minItems":1,"maxItems":2,"uniqueItems":true,"minContains":1,"maxContains":2,"prefixItems":[{"type":"string"}],"items":{"type":"string"},
          "additionalItems":false,"unevaluatedItems":false,"contains":{"const":"a b"}},
         "o":{"type":"object","minProperties":1,"maxProperties":2,"propertyNames":{"pattern":"1"},"additionalProperties":{"type":"string"},"unevaluatedProperties":false,
          "patternProperties":{"^1":{"type":"string"}},"dependentRequired":{"a":["1"]},"dependentSchemas":{"a":{"required":["1"]}},"default":{"a":"b"}},
         "c":{"allOf":[{"type":"string"}],"anyOf":[true],"oneOf":[{}],"not":{},"if":{"const":"x"},"then":true,"else":false,"x-unit":"km"}},
         "$defs":{"d":{"type":"string"}},"definitions":{"e":{"type":"string"}}}}]}
        """,
        """{"type":"realtime","tracing":{"workflow_name":"1","metadata":{"number":"00123","city":"Oslo","nested":{"plan":"+1"}}}}""",
        """{"type":"transcription","audio":{"input":{"transcription":{"model":"whisper-1","language":"en"},"noise_reduction":{"type":"near_field","strength":0.5}}}}""",
        """{"type":"realtime","truncation":{"type":"retention_ratio","retention_ratio":0.8,"token_limits":{"post_instructions":1000}}}""",
        """{"type":"realtime","truncation":"auto","tool_choice":"required","tracing":"auto"}""",
    };

    /// <summary>What cannot be told from something else, and what is said of it.</summary>
    public static TheoryData<string, string> Inexact => new()
    {
        { """{"type":"realtime","tracing":{"metadata":{"number":123}}}""", "tracing:metadata:number is either a string or a number" },
        { """{"type":"realtime","tracing":{"metadata":{"number":"123"}}}""", "tracing:metadata:number is either a string or a number" },
        { """{"type":"realtime","tracing":{"metadata":{"number":"-0.5e3"}}}""", "tracing:metadata:number is either a string or a number" },
        { """{"type":"realtime","tracing":{"metadata":{"flag":true}}}""", "tracing:metadata:flag is either a string or a Boolean" },
        { """{"type":"realtime","tracing":{"metadata":{"text":""}}}""", "tracing:metadata:text is either an empty string or an empty list" },
        { """{"type":"realtime","tracing":{"metadata":{"nothing":null}}}""", "tracing:metadata:nothing is either null or an empty object" },
        { """{"type":"realtime","tracing":{"metadata":{"cities":["Oslo"]}}}""", "tracing:metadata:cities is either a list or an object" },
        { """{"type":"realtime","tracing":{"metadata":{}}}""", "tracing:metadata is either null or an empty object" },
        { """{"type":"realtime","tracing":{}}""", "tracing is either null or an empty object" },
        { """{"type":"realtime","audio":{"input":{"transcription":{}}}}""", "audio:input:transcription is either null or an empty object" },
        { """{"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://example.com","allowed_tools":[]}]}""",
            "tools:0:allowed_tools is either an empty string or an empty list" },
        { """{"type":"realtime","tools":[{"type":"function","name":"pick","parameters":{"type":"object","properties":{"size":{"enum":["1"]}}}}]}""",
            "tools:0:parameters:properties:size:enum:0 is either a string or a number" },
        { """{"type":"realtime","tools":[{"type":"function","name":"pick","parameters":{"type":"object","x-order":["a"]}}]}""", "tools:0:parameters:x-order is either a list or an object" },
    };

    [Theory]
    [MemberData(nameof(Exact))]
    public async Task A_section_holds_a_session_as_it_is_sent(string json)
    {
        var host = await StartedHost.WithSectionAsync(json);

        host.Failures.Should().BeEmpty();
        var sent = RealtimeJson.Serialize(host.Session!);
        JsonNode.DeepEquals(JsonNode.Parse(sent), JsonNode.Parse(json)).Should().BeTrue("{0} was sent", sent);
    }

    [Theory]
    [MemberData(nameof(Inexact))]
    public async Task What_a_section_cannot_hold_exactly_is_refused(string json, string failure)
    {
        var host = await StartedHost.WithSectionAsync(json);

        host.Failures.Should().Equal($"Session \"support\": Sessions:Support:{failure}{Advice}");
    }

    [Theory]
    [InlineData("null", "is either null or an empty object" + Advice + ", or omit it")]
    [InlineData("{}", "is either null or an empty object" + Advice + ", or omit it")]
    [InlineData("\"text\"", "must be a JSON Schema")]
    public async Task Parameters_of_a_section_are_a_schema_with_keywords(string parameters, string failure)
    {
        var host = await StartedHost.WithSectionAsync($$"""{"type":"realtime","tools":[{"type":"function","name":"f","parameters":{{parameters}}}]}""");

        host.Failures.Should().Equal($"Session \"support\": Sessions:Support:tools:0:parameters {failure}");
    }

    [Fact]
    public async Task A_schema_inside_a_schema_is_an_object_or_a_boolean()
    {
        var host = await StartedHost.WithSectionAsync("""{"type":"realtime","tools":[{"type":"function","name":"f","parameters":{"type":"object","not":"text"}}]}""");

        host.Failures.Should().Equal("Session \"support\": Sessions:Support:tools:0:parameters:not must be a JSON Schema");
    }

    [Theory]
    [MemberData(nameof(Exact))]
    public async Task Json_holds_whatever_a_section_can(string json)
    {
        var host = await StartedHost.WithStreamAsync(json);

        host.Failures.Should().BeEmpty();
        JsonNode.DeepEquals(JsonNode.Parse(RealtimeJson.Serialize(host.Session!)), JsonNode.Parse(json)).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Inexact))]
    public async Task Json_holds_what_a_section_cannot(string json, string inSection)
    {
        var host = await StartedHost.WithStreamAsync(json);

        host.Failures.Should().BeEmpty("only in a section {0}", inSection);
        JsonElement.DeepEquals(JsonElement.Parse(RealtimeJson.Serialize(host.Session!)), JsonElement.Parse(json)).Should().BeTrue();
    }

    [Fact]
    public async Task A_value_of_another_source_replaces_one_of_the_file()
    {
        var host = await StartedHost.WithAsync("""{"Sessions":{"Support":{"type":"realtime","instructions":"Be short.","max_output_tokens":400}}}""", (services, configuration) =>
        {
            ((IConfigurationBuilder)configuration).AddInMemoryCollection([new("Sessions:Support:max_output_tokens", "inf"), new("Sessions:Support:tools:0:type", "function"), new("Sessions:Support:tools:0:name", "hang_up")]);
            services.AddRealtimeSession("support", configuration.GetSection("Sessions:Support"));
        });

        host.Failures.Should().BeEmpty();
        var session = host.Session.Should().BeOfType<RealtimeSessionConfiguration>().Subject;
        session.MaxOutputTokens.Should().Be(TokenLimit.Unlimited);
        session.Tools.Should().Equal(new FunctionTool { Name = "hang_up" });
    }
}
