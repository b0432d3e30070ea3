namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Functions of agents as declarations of Microsoft.Extensions.AI.</summary>
public sealed class DeclarationTests
{
    private static readonly AgentFunction Order = AgentFunction.Create("place_order", "Places an order.", JsonSchema.Parse("""{"type":"object","properties":{"dish":{"type":"string"}}}"""),
        (arguments, call, cancellationToken) => Task.FromResult("Placed."));

    [Fact]
    public void A_declaration_has_the_name_the_description_and_the_schema()
    {
        var declaration = Order.AsAIFunctionDeclaration();

        (declaration.Name, declaration.Description, declaration.ReturnJsonSchema).Should().Be(("place_order", "Places an order.", null));
        declaration.JsonSchema.GetRawText().Should().Be("""{"type":"object","properties":{"dish":{"type":"string"}}}""");
    }

    [Fact]
    public void A_function_without_parameters_has_a_schema_without_properties()
    {
        var declaration = AgentFunction.Declare(new() { Name = "show_menu" }).AsAIFunctionDeclaration();

        (declaration.Description, declaration.JsonSchema.GetRawText()).Should().Be(("", """{"type":"object","properties":{}}"""));
    }

    [Fact]
    public void Only_a_conversation_can_run_the_function()
    {
        var declaration = Order.AsAIFunctionDeclaration();

        declaration.Should().NotBeAssignableTo<AIFunction>();
        declaration.GetService<AgentFunction>().Should().BeSameAs(Order);
        declaration.GetService<FunctionTool>().Should().BeSameAs(Order.Tool);
        declaration.GetService<AgentFunction>("key").Should().BeNull();
        declaration.GetService<AIFunctionDeclaration>().Should().BeSameAs(declaration);
    }

    [Fact]
    public async Task A_declaration_in_the_options_of_a_session_is_sent_as_the_tool_of_the_function()
    {
        var session = await Talk.ConfigureAsync(new() { Tools = [Order.AsAIFunctionDeclaration()] });

        session.GetProperty("tools")[0].ToString().Should().Be(
            """{"type":"function","name":"place_order","description":"Places an order.","parameters":{"type":"object","properties":{"dish":{"type":"string"}}}}""");
    }
}
