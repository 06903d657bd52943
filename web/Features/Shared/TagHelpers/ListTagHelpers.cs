using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace EwasteEpr.Web.Features.Shared.TagHelpers;

/// <summary><c>&lt;m-summary&gt;&lt;m-row name="Mass" change="/..." change-text="Change"&gt;12 kg&lt;/m-row&gt;&lt;/m-summary&gt;</c></summary>
[HtmlTargetElement("m-summary")]
public sealed class SummaryTagHelper : TagHelper
{
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var rows = new List<SummaryRow?>();
        context.Items[typeof(SummaryTagHelper)] = rows;
        await output.GetChildContentAsync();
        output.TagName = null;
        output.Content.SetHtmlContent(new SummaryList { Rows = rows }.Render());
    }
}

[HtmlTargetElement("m-row", ParentTag = "m-summary")]
public sealed class SummaryRowTagHelper : TagHelper
{
    public string Name { get; set; } = "";

    /// <summary>Where the value can be changed.</summary>
    public string? Change { get; set; }

    public string? ChangeText { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var value = Element.ToHtml(await output.GetChildContentAsync()).Trim();
        ((List<SummaryRow?>)context.Items[typeof(SummaryTagHelper)]).Add(new SummaryRow
        {
            Key = new Wording { Text = Name },
            Value = new Wording { Html = value },
            Actions = Change is null ? null : new SummaryActions { Items = [new SummaryAction { Href = Change, Text = ChangeText, VisuallyHiddenText = Name }] },
        });
        output.SuppressOutput();
    }
}

/// <summary><c>&lt;m-tasks&gt;&lt;m-task name="Lines" href="/..." kind="Done" status="Done" hint="..." /&gt;&lt;/m-tasks&gt;</c></summary>
[HtmlTargetElement("m-tasks")]
public sealed class TasksTagHelper : TagHelper
{
    public string IdPrefix { get; set; } = "task";

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var tasks = new List<TaskItem?>();
        context.Items[typeof(TasksTagHelper)] = tasks;
        await output.GetChildContentAsync();
        output.TagName = null;
        output.Content.SetHtmlContent(new TaskList { IdPrefix = IdPrefix, Items = tasks }.Render());
    }
}

[HtmlTargetElement("m-task", ParentTag = "m-tasks", TagStructure = TagStructure.WithoutEndTag)]
public sealed class TaskTagHelper : TagHelper
{
    public string Name { get; set; } = "";

    public string? Href { get; set; }

    public StatusKind Kind { get; set; }

    public string Status { get; set; } = "";

    public string? Hint { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var status = new Element("span", "m-st m-st--" + Glyphs.Suffix(Kind)).Add(Glyphs.Of(Kind)).Text(Status);
        ((List<TaskItem?>)context.Items[typeof(TasksTagHelper)]).Add(new TaskItem
        {
            Title = new Wording { Text = Name },
            Href = Href,
            Hint = Wording.Of(Hint),
            Status = new Components.TaskStatus { Html = Element.ToHtml(status) },
        });
        output.SuppressOutput();
    }
}

/// <summary><c>&lt;m-table caption="12 lines: all priced"&gt;thead, tbody, tfoot&lt;/m-table&gt;</c>: a dense table that scrolls inside its own named region.</summary>
[HtmlTargetElement("m-table")]
public sealed class TableTagHelper : TagHelper
{
    /// <summary>What holds: part of the answer, not a name.</summary>
    public string Caption { get; set; } = "";

    public string Id { get; set; } = "table";

    [HtmlAttributeName("class")]
    public string? Classes { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var rows = await output.GetChildContentAsync();
        output.TagName = "div";
        output.Attributes.SetAttribute("class", "m-tw");
        output.Attributes.SetAttribute("tabindex", "0");
        output.Attributes.SetAttribute("role", "region");
        output.Attributes.SetAttribute("aria-labelledby", Id + "-caption");
        output.Content.SetHtmlContent(new Element("table", "m-t").Class(Classes).Set("id", Id)
            .Add(new Element("caption").Set("id", Id + "-caption").Text(Caption))
            .Add(rows));
    }
}
