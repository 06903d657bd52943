using EwasteEpr.Kernel;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Hosting;

/// <summary>A day of a form, by <see cref="DateInput"/>: one field, or three named <c>X.Day</c>, <c>X.Month</c>, <c>X.Year</c>.</summary>
internal sealed class DateBinder : IModelBinder
{
    public static IReadOnlyList<string> Parts { get; } = ["Day", "Month", "Year"];

    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        if (Typed(bindingContext) is not { } typed)
        {
            return Task.CompletedTask;
        }

        var problem = DateInput.TryParse(typed, out var day);
        if (problem == DateProblem.None)
        {
            bindingContext.Result = ModelBindingResult.Success(day);
        }
        else if (problem == DateProblem.Empty && bindingContext.ModelMetadata.IsReferenceOrNullableType)
        {
            bindingContext.Result = ModelBindingResult.Success(null);
        }
        else
        {
            var text = bindingContext.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<InputText>>();
            bindingContext.ModelState.TryAddModelError(bindingContext.ModelName, text.Sentence(problem, typed));
        }

        return Task.CompletedTask;
    }

    /// <returns>None when the form has no such field.</returns>
    private static string? Typed(ModelBindingContext context)
    {
        var name = context.ModelName;
        var whole = context.ValueProvider.GetValue(name);
        if (whole != ValueProviderResult.None)
        {
            context.ModelState.SetModelValue(name, whole);
            return whole.FirstValue ?? "";
        }

        var given = Parts.Select(part => (Key: $"{name}.{part}", Value: context.ValueProvider.GetValue($"{name}.{part}"))).ToList();
        if (given.All(part => part.Value == ValueProviderResult.None))
        {
            return null;
        }

        foreach (var (key, value) in given)
        {
            context.ModelState.SetModelValue(key, value);
            context.ModelState.MarkFieldValid(key);
        }

        var typed = given.ConvertAll(part => part.Value.FirstValue?.Trim() ?? "");
        return typed.TrueForAll(part => part.Length == 0) ? "" : string.Join('.', typed);
    }
}
