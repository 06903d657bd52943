using EwasteEpr.Kernel;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Hosting;

/// <summary>decimal, int and long of a form, by <see cref="NumberInput"/>.</summary>
internal sealed class NumberBinder : IModelBinder
{
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var given = bindingContext.ValueProvider.GetValue(bindingContext.ModelName);
        if (given == ValueProviderResult.None)
        {
            return Task.CompletedTask;
        }

        bindingContext.ModelState.SetModelValue(bindingContext.ModelName, given);
        var typed = given.FirstValue ?? "";
        var problem = NumberInput.TryParse(typed, out var value);
        var text = bindingContext.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<InputText>>();
        if (problem == NumberProblem.Empty && bindingContext.ModelMetadata.IsReferenceOrNullableType)
        {
            bindingContext.Result = ModelBindingResult.Success(null);
        }
        else if (problem != NumberProblem.None)
        {
            bindingContext.ModelState.TryAddModelError(bindingContext.ModelName, text.Sentence(problem, typed));
        }
        else
        {
            Accept(bindingContext, value, text, typed);
        }

        return Task.CompletedTask;
    }

    private static void Accept(ModelBindingContext context, decimal value, IStringLocalizer<InputText> text, string typed)
    {
        var type = context.ModelMetadata.UnderlyingOrModelType;
        if (type == typeof(decimal))
        {
            context.Result = ModelBindingResult.Success(value);
        }
        else if (!decimal.IsInteger(value))
        {
            context.ModelState.TryAddModelError(context.ModelName, text["Number.NotWhole", typed]);
        }
        else if (type == typeof(int) ? value is >= int.MinValue and <= int.MaxValue : value is >= long.MinValue and <= long.MaxValue)
        {
            context.Result = ModelBindingResult.Success(type == typeof(int) ? (object)decimal.ToInt32(value) : decimal.ToInt64(value));
        }
        else
        {
            context.ModelState.TryAddModelError(context.ModelName, text.Sentence(NumberProblem.TooLong, typed));
        }
    }
}
