using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>Named sessions from streams and files of JSON.</summary>
public sealed class SessionJsonTests
{
    /// <summary>JSON, and what is said instead of starting.</summary>
    public static TheoryData<string, string[]> Wrong => new()
    {
        { "", ["the stream is empty"] },
        { "{", ["the stream is not valid JSON: line 1, byte 2"] },
        { "{\"type\":\"realtime\",\n \"instructions\":canary}", ["the stream is not valid JSON: line 2, byte 17"] },
        { "[]", ["the stream is not a JSON object"] },
        { "null", ["the stream is not a JSON object"] },
        { """{"type":"realtime","type":"realtime"}""", ["type occurs twice"] },
        { """{"type":"realtime","audio":{"output":{"speed":1,"speed":1.5}}}""", ["audio.output.speed occurs twice"] },
        { """{"type":"realtime","tools":[{"type":"function","name":"a","parameters":{"type":"object","type":"object"}}]}""", ["tools[0].parameters.type occurs twice"] },
        { """{"type":"realtime","instructions":"\ud800"}""", ["the stream is not valid JSON: a string contains a lone surrogate"] },
        { """{"type":"realtim"}""", ["type is \"realtim\", should be one of realtime, transcription, translation, did you mean \"realtime\"?"] },
        { """{"model":"gpt-realtime-2"}""", ["type is required: known values are realtime, transcription, translation"] },
        { """{"type":"realtime","instrutions":"x","tools":[{"type":"function","name":"a","nam":"b"}]}""",
            ["tools[0].nam is not a known member, did you mean \"name\"?", "instrutions is not a known member, did you mean \"instructions\"?"] },
        { """{"type":"realtime","instructions":42,"parallel_tool_calls":"true","audio":{"output":{"speed":"1.25"}},"tools":{},"output_modalities":[true]}""",
            [
                "instructions must be a string", "parallel_tool_calls must be true or false", "audio.output.speed must be a number", "tools must be a list",
                "output_modalities[0] must be a string",
            ] },
        { """{"type":"realtime","max_output_tokens":true,"audio":[]}""", ["max_output_tokens must be a number or a string", "audio must be an object"] },
        { """{"type":"realtime","max_output_tokens":5000}""", ["max_output_tokens is 5000, must be at most 4096"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_host_with_wrong_json_does_not_start(string json, string[] failures)
    {
        var host = await StartedHost.WithStreamAsync(json);

        host.Failures.Should().BeEquivalentTo(failures.Select(failure => $"Session \"support\": {failure}"));
    }

    [Fact]
    public async Task Another_encoding_than_utf8_is_refused()
    {
        const string json = """{"type":"realtime","instructions":"Grüß dich"}""";

        foreach (var encoding in new[] { Encoding.Latin1, Encoding.Unicode })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(json)];
            var host = await StartedHost.WithAsync("{}", (services, _) => services.AddRealtimeSession("support", new MemoryStream(bytes)));

            host.Failures.Should().Equal("Session \"support\": the stream is not UTF-8");
        }
    }

    [Fact]
    public async Task Json_may_have_comments_trailing_commas_and_a_byte_order_mark()
    {
        var host = await StartedHost.WithStreamAsync("\uFEFF{ // the support line\n \"type\":\"realtime\", }");

        host.Failures.Should().BeEmpty();
        host.Session.Should().Be(new RealtimeSessionConfiguration());
    }

    [Fact]
    public async Task Unknown_members_of_json_are_accepted_where_the_registration_says_so()
    {
        var host = await StartedHost.WithStreamAsync("""{"type":"realtime","novelty":[1,"1",null]}""", options => options.AllowUnknownMembers = true);

        host.Failures.Should().BeEmpty();
        RealtimeJson.Serialize(host.Session!).Should().Be("""{"type":"realtime","novelty":[1,"1",null]}""");
    }

    [Fact]
    public async Task A_file_is_named_in_what_is_wrong_with_it()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("support.json", """{"type":"realtime","instrutions":"x"}""");

        var host = await StartedHost.WithAsync("{}", (services, _) => services.AddRealtimeSession("support", file));

        host.Failures.Should().Equal("Session \"support\": support.json: instrutions is not a known member, did you mean \"instructions\"?");
    }

    [Fact]
    public async Task A_file_that_does_not_exist_keeps_the_host_from_starting()
    {
        using var directory = new TemporaryDirectory();
        var missing = new FileInfo(Path.Combine(directory.Path, "support.json"));
        var lost = new FileInfo(Path.Combine(directory.Path, "sessions", "support.json"));

        var host = await StartedHost.WithAsync("{}", (services, _) => services.AddRealtimeSession("support", missing).AddRealtimeSession("sales", lost));

        host.Failures.Should().BeEquivalentTo($"Session \"support\": the file {missing.FullName} does not exist", $"Session \"sales\": the file {lost.FullName} does not exist");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_keeps_the_host_from_starting()
    {
        using var directory = new TemporaryDirectory();

        var host = await StartedHost.WithAsync("{}", (services, _) => services.AddRealtimeSession("support", new FileInfo(directory.Path)));

        host.Failures.Should().Equal($"Session \"support\": the file {directory.Path} cannot be read (UnauthorizedAccessException)");
    }

    [Fact]
    public async Task A_file_is_read_when_the_session_is_first_needed()
    {
        using var directory = new TemporaryDirectory();
        var file = new FileInfo(Path.Combine(directory.Path, "support.json"));
        var services = new ServiceCollection().AddRealtimeSession("support", file);
        directory.Write("support.json", """{"type":"realtime","model":"gpt-realtime-2"}""");
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var session = provider.GetRequiredKeyedService<SessionConfiguration>("support");
        directory.Write("support.json", """{"type":"realtime","model":"gpt-realtime"}""");

        session.Should().Be(new RealtimeSessionConfiguration { Model = "gpt-realtime-2" });
        provider.GetRequiredKeyedService<SessionConfiguration>("support").Should().BeSameAs(session);
    }

    [Fact]
    public async Task A_session_that_is_wrong_cannot_be_resolved_either()
    {
        await using var provider = new ServiceCollection().AddRealtimeSession("support", new MemoryStream("{}"u8.ToArray())).BuildServiceProvider();

        var resolve = () => provider.GetRequiredKeyedService<SessionConfiguration>("support");

        resolve.Should().Throw<OptionsValidationException>().WithMessage("Session \"support\": type is required*");
    }

    [Fact]
    public async Task A_session_from_code_is_shared_as_it_is_and_may_have_additional_members()
    {
        var session = new RealtimeSessionConfiguration { Model = "gpt-realtime-2", AdditionalProperties = new Dictionary<string, System.Text.Json.JsonElement> { ["novelty"] = default } };
        var valid = session with { AdditionalProperties = new Dictionary<string, System.Text.Json.JsonElement> { ["novelty"] = System.Text.Json.JsonElement.Parse("1") } };

        var refused = await StartedHost.WithAsync("{}", (services, _) => services.AddRealtimeSession("support", session));
        var host = await StartedHost.WithAsync("{}", (services, _) => services.AddRealtimeSession("support", valid));

        refused.Failures.Should().Equal("Session \"support\": novelty must be a JSON value");
        host.Session.Should().BeSameAs(valid);
    }

    [Fact]
    public async Task A_later_registration_of_a_name_replaces_an_earlier_one()
    {
        var test = new RealtimeSessionConfiguration { Model = "gpt-realtime" };

        var host = await StartedHost.WithAsync("{}", (services, configuration) =>
            services.AddRealtimeSession("support", configuration.GetSection("Sessions:Support")).AddRealtimeSession("support", test));

        host.Failures.Should().BeEmpty();
        host.Session.Should().BeSameAs(test);
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("realtime").FullName;

        public FileInfo Write(string name, string text)
        {
            var file = new FileInfo(System.IO.Path.Combine(Path, name));
            File.WriteAllBytes(file.FullName, Encoding.UTF8.GetBytes(text));
            return file;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
